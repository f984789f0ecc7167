// A libFuzzer target: any bytes as the body of each request of Docker's that has one. Aborts when what was
// decoded is not what the rest of the driver relies on. requests_fuzz_test.cc runs it on mangled requests in
// every build; the fuzzer itself needs clang: see ci/fuzz.
#include <net/if.h>

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/vde_docker/address.hh"
#include "impl/vde_docker/requests.hh"

namespace banco::vde_docker {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_id(const std::string& id) {
  require(!id.empty() && id.size() <= 64 &&
          id.find_first_of(std::string_view("/.\0 \n", 5)) == std::string::npos);
  require(Endpoint{.id = id}.tap_name().size() < IFNAMSIZ);
}

void check(const Network& network) {
  require_id(network.id);
  require(!network.options.url.empty() && network.options.url.front() != '-');
  require(network.options.interface_prefix.size() + 3 < IFNAMSIZ);
  require(network.options.mtu_bytes >= 68 && network.options.mtu_bytes <= 9216);
  for (const Pool& pool : network.pools) parse_with_prefix(pool.network, "");
  for (const Route& route : network.options.routes) parse_with_prefix(route.destination, "");
  // What is written is what will be read.
  Network again;
  from_json(nlohmann::ordered_json::parse(
                to_json(network).dump(-1, ' ', false, nlohmann::json::error_handler_t::strict)),
            again);
  require(again == network);
}

template <typename Decode>
void attempt(Decode decode) {
  try {
    decode();
  } catch (const std::invalid_argument& error) {
    require(error.what()[0] != '\0');
  }
}

void run(std::string_view body) {
  attempt([&] { check(decode_create_network(body)); });
  attempt([&] { require_id(decode_network_id(body)); });
  attempt([&] {
    const CreateEndpointRequest request = decode_create_endpoint(body);
    require_id(request.endpoint_id);
    if (!request.address.empty()) require(!parse_with_prefix(request.address, "").is_ipv6);
    if (!request.address_ipv6.empty()) require(parse_with_prefix(request.address_ipv6, "").is_ipv6);
    if (!request.mac.empty()) check_mac(request.mac);
  });
  attempt([&] { require_id(decode_endpoint(body).endpoint_id); });
  attempt([&] { require(decode_join(body).sandbox.starts_with('/')); });
  attempt([&] { decode_is_internal(body); });
}

}  // namespace
}  // namespace banco::vde_docker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  banco::vde_docker::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
