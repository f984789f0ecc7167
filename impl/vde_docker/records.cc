#include "impl/vde_docker/records.hh"

#include <nlohmann/json.hpp>

namespace banco::vde_docker {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json to_json(const Network& network) {
  Json pools = Json::array();
  for (const Pool& pool : network.pools)
    pools.push_back({{"network", pool.network}, {"gateway", pool.gateway}});
  Json routes = Json::array();
  for (const Route& route : network.options.routes)
    routes.push_back({{"destination", route.destination}, {"gateway", route.gateway}});
  return {{"id", network.id},
          {"url", network.options.url},
          {"interface_prefix", network.options.interface_prefix},
          {"mtu_bytes", network.options.mtu_bytes},
          {"routes", routes},
          {"is_internal", network.is_internal},
          {"pools", pools}};
}

Json to_json(const Endpoint& endpoint) {
  return {{"id", endpoint.id},
          {"network_id", endpoint.network_id},
          {"mac", endpoint.mac},
          {"address", endpoint.address},
          {"address_ipv6", endpoint.address_ipv6},
          {"sandbox", endpoint.sandbox},
          {"made_at_s", endpoint.made_at_s}};
}

void from_json(const Json& json, Network& network) {
  json.at("id").get_to(network.id);
  json.at("url").get_to(network.options.url);
  json.at("interface_prefix").get_to(network.options.interface_prefix);
  json.at("mtu_bytes").get_to(network.options.mtu_bytes);
  for (const Json& route : json.at("routes"))
    network.options.routes.push_back(
        {route.at("destination").get<std::string>(), route.at("gateway").get<std::string>()});
  json.at("is_internal").get_to(network.is_internal);
  for (const Json& pool : json.at("pools"))
    network.pools.push_back({pool.at("network").get<std::string>(), pool.at("gateway").get<std::string>()});
}

void from_json(const Json& json, Endpoint& endpoint) {
  json.at("id").get_to(endpoint.id);
  json.at("network_id").get_to(endpoint.network_id);
  json.at("mac").get_to(endpoint.mac);
  json.at("address").get_to(endpoint.address);
  json.at("address_ipv6").get_to(endpoint.address_ipv6);
  json.at("sandbox").get_to(endpoint.sandbox);
  json.at("made_at_s").get_to(endpoint.made_at_s);
}

}  // namespace banco::vde_docker
