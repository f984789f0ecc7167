#include "impl/vde_docker/claims.hh"

#include <fmt/format.h>

#include <stdexcept>

#include "impl/vde_docker/address.hh"

namespace banco::vde_docker {

std::vector<Claims::Key> Claims::keys_of(const Endpoint& endpoint) {
  std::vector<Key> keys;
  for (const std::string& text : {endpoint.address, endpoint.address_ipv6}) {
    if (text.empty()) continue;
    // However it is written: fd00::2 and fd00:0::2 are one.
    const IpAddress address = parse_with_prefix(text, "the address");
    keys.emplace_back(endpoint.network_id, fmt::format("{:02x}", fmt::join(address.bytes, "")));
  }
  return keys;
}

void Claims::claim(const Endpoint& endpoint, long long now_s) {
  const auto keys = keys_of(endpoint);
  const std::lock_guard guard(lock_);
  for (const Key& key : keys) {
    const auto found = claims_.find(key);
    if (found == claims_.end() || found->second.endpoint_id == endpoint.id) continue;
    if (found->second.is_confirmed || now_s - found->second.made_at_s < kPatience.count())
      throw std::invalid_argument(fmt::format(
          "the address {}{}{} overlaps: endpoint {:.12} of this network has it; choose another",
          endpoint.address, endpoint.address_ipv6.empty() || endpoint.address.empty() ? "" : " or ",
          endpoint.address_ipv6, found->second.endpoint_id));
  }
  for (const Key& key : keys) claims_[key] = {endpoint.id, endpoint.made_at_s, !endpoint.sandbox.empty()};
}

void Claims::confirm(const Endpoint& endpoint) {
  const auto keys = keys_of(endpoint);
  const std::lock_guard guard(lock_);
  for (const Key& key : keys) claims_[key] = {endpoint.id, endpoint.made_at_s, true};
}

void Claims::release(const Endpoint& endpoint) {
  const auto keys = keys_of(endpoint);
  const std::lock_guard guard(lock_);
  for (const Key& key : keys) {
    const auto found = claims_.find(key);
    if (found != claims_.end() && found->second.endpoint_id == endpoint.id) claims_.erase(found);
  }
}

}  // namespace banco::vde_docker
