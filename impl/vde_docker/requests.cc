#include "impl/vde_docker/requests.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/base/words.hh"
#include "impl/vde_docker/address.hh"

namespace banco::vde_docker {
namespace {

using base::in_quotes;
using nlohmann::json;
using std::invalid_argument;

constexpr std::size_t kIdLimit_bytes = 64;
constexpr std::size_t kPathLimit_bytes = 4096;
constexpr std::size_t kPoolsLimit_count = 64;
constexpr const char* kGeneric = "com.docker.network.generic";
constexpr const char* kInternal = "com.docker.network.internal";
constexpr const char* kEnableIpv6 = "com.docker.network.enable_ipv6";

json parse_object(std::string_view body) {
  if (body.empty())
    throw invalid_argument("the request has no body, where a JSON object is wanted; try again");
  json document = json::parse(body, nullptr, false);
  if (!document.is_object())
    throw invalid_argument(fmt::format("the body is no JSON object: {}", in_quotes(body)));
  return document;
}

// What stands at `key`; an empty object where it is missing or null.
const json& object_at(const json& document, const char* key) {
  static const json kEmpty = json::object();
  const auto found = document.find(key);
  if (found == document.end() || found->is_null()) return kEmpty;
  if (!found->is_object()) throw invalid_argument(fmt::format("{} is no JSON object", key));
  return *found;
}

std::string text_at(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || found->is_null()) return {};
  if (!found->is_string()) throw invalid_argument(fmt::format("{} is no string", key));
  return found->get<std::string>();
}

bool flag_at(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || found->is_null()) return false;
  if (!found->is_boolean()) throw invalid_argument(fmt::format("{} is neither true nor false", key));
  return found->get<bool>();
}

// It becomes the name of a file and of an interface.
std::string id_at(const json& document, const char* key) {
  std::string id = text_at(document, key);
  const bool is_name = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (id.empty() || id.size() > kIdLimit_bytes || !is_name)
    throw invalid_argument(fmt::format("{} {} is no identifier: 1 to {} letters, digits, _ or -", key,
                                       in_quotes(id), kIdLimit_bytes));
  return id;
}

void add_pools(const json& document, const char* key, bool is_ipv6, std::vector<Pool>& pools) {
  const auto found = document.find(key);
  if (found == document.end() || found->is_null()) return;
  if (!found->is_array() || found->size() > kPoolsLimit_count)
    throw invalid_argument(fmt::format("{} is no list of at most {} pools", key, kPoolsLimit_count));
  for (const json& entry : *found) {
    if (!entry.is_object()) throw invalid_argument(fmt::format("{} holds what is no JSON object", key));
    Pool pool{text_at(entry, "Pool"), text_at(entry, "Gateway")};
    if (pool.network.empty()) continue;  // --ipam-driver=null
    const IpAddress network = parse_with_prefix(pool.network, "the pool");
    if (network.is_ipv6 != is_ipv6)
      throw invalid_argument(fmt::format("the pool {} is not for {}", in_quotes(pool.network), key));
    if (!pool.gateway.empty() && parse_with_prefix(pool.gateway, "the gateway").is_ipv6 != is_ipv6)
      throw invalid_argument(fmt::format("the gateway {} is not for {}", in_quotes(pool.gateway), key));
    pools.push_back(std::move(pool));
  }
}

std::map<std::string, std::string> generic_options(const json& options) {
  std::map<std::string, std::string> words;
  for (const auto& [key, value] : object_at(options, kGeneric).items()) {
    // Docker's own labels, such as that of --internal, stand among them.
    if (key.starts_with("com.docker.network.")) continue;
    if (!value.is_string())
      throw invalid_argument(fmt::format("-o {}: the value is no string", in_quotes(key)));
    words[key] = value.get<std::string>();
  }
  return words;
}

bool is_internal(const json& options) {
  return flag_at(options, kInternal) || flag_at(object_at(options, kGeneric), kInternal);
}

}  // namespace

Network decode_create_network(std::string_view body) {
  const json document = parse_object(body);
  Network network;
  network.id = id_at(document, "NetworkID");
  const json& options = object_at(document, "Options");
  network.options = parse_options(generic_options(options));
  network.is_internal = is_internal(options);
  add_pools(document, "IPv4Data", false, network.pools);
  const std::size_t ipv4_count = network.pools.size();
  add_pools(document, "IPv6Data", true, network.pools);
  if (flag_at(options, kEnableIpv6) && network.pools.size() == ipv4_count)
    throw invalid_argument("the network has IPv6 but no pool of addresses: --subnet fd00:1::/64");
  return network;
}

std::string decode_network_id(std::string_view body) {
  return id_at(parse_object(body), "NetworkID");
}

CreateEndpointRequest decode_create_endpoint(std::string_view body) {
  const json document = parse_object(body);
  const json& interface = object_at(document, "Interface");
  CreateEndpointRequest request{id_at(document, "NetworkID"), id_at(document, "EndpointID"),
                                text_at(interface, "MacAddress"), text_at(interface, "Address"),
                                text_at(interface, "AddressIPv6")};
  if (!request.mac.empty()) check_mac(request.mac);
  if (!request.address.empty() && parse_with_prefix(request.address, "the address").is_ipv6)
    throw invalid_argument(fmt::format("the address {} is not of IPv4", in_quotes(request.address)));
  if (!request.address_ipv6.empty() && !parse_with_prefix(request.address_ipv6, "the address").is_ipv6)
    throw invalid_argument(fmt::format("the address {} is not of IPv6", in_quotes(request.address_ipv6)));
  return request;
}

EndpointRequest decode_endpoint(std::string_view body) {
  const json document = parse_object(body);
  return {id_at(document, "NetworkID"), id_at(document, "EndpointID"), {}};
}

EndpointRequest decode_join(std::string_view body) {
  const json document = parse_object(body);
  EndpointRequest request{id_at(document, "NetworkID"), id_at(document, "EndpointID"),
                          text_at(document, "SandboxKey")};
  if (!request.sandbox.starts_with('/') || request.sandbox.size() > kPathLimit_bytes ||
      request.sandbox.find('\0') != std::string::npos)
    throw invalid_argument(fmt::format("SandboxKey {} is no absolute path", in_quotes(request.sandbox)));
  return request;
}

bool decode_is_internal(std::string_view body) {
  return is_internal(object_at(parse_object(body), "Options"));
}

}  // namespace banco::vde_docker
