#include "impl/vde_docker/api.hh"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/base/words.hh"

namespace banco::vde_docker {
namespace {

using Json = nlohmann::ordered_json;
using Call = std::function<Json(std::string_view body, Driver& driver)>;

// Of libnetwork's types: next hop, or connected.
constexpr int kRouteByGateway = 0;
constexpr int kRouteOnLink = 1;

const Json kNothing = Json::object();

Json json_of(const Joined& joined) {
  Json routes = Json::array();
  for (const Route& route : joined.routes) {
    Json entry{{"Destination", route.destination},
               {"RouteType", route.gateway.empty() ? kRouteOnLink : kRouteByGateway}};
    if (!route.gateway.empty()) entry["NextHop"] = route.gateway;
    routes.push_back(std::move(entry));
  }
  return {{"InterfaceName", {{"SrcName", joined.tap_name}, {"DstPrefix", joined.interface_prefix}}},
          {"Gateway", joined.gateway},
          {"GatewayIPv6", joined.gateway_ipv6},
          {"StaticRoutes", routes},
          // Or Docker adds an interface on a bridge of its own, and the network is not alone any more.
          {"DisableGatewayService", true}};
}

Json create_endpoint(std::string_view body, Driver& driver) {
  const std::string mac = driver.create_endpoint(decode_create_endpoint(body));
  // What the request had must not be said again.
  return {{"Interface", mac.empty() ? Json::object() : Json{{"MacAddress", mac}}}};
}

Json check_gateway(std::string_view body, Driver&) {
  const bool is_internal = decode_is_internal(body);
  return {{"SkipIPv4", is_internal}, {"SkipIPv6", is_internal}};
}

Json nothing(std::string_view, Driver&) {
  return kNothing;
}

const std::map<std::string, Call> kCalls{
    {"/Plugin.Activate",
     [](auto, auto&) {
       return Json{{"Implements", {"NetworkDriver"}}};
     }},
    {"/NetworkDriver.GetCapabilities",
     [](auto, auto&) {
       return Json{{"Scope", "local"}, {"ConnectivityScope", "global"}, {"GwAllocChecker", true}};
     }},
    {"/NetworkDriver.GwAllocCheck", check_gateway},
    {"/NetworkDriver.CreateNetwork",
     [](auto body, Driver& driver) {
       driver.create_network(decode_create_network(body));
       return kNothing;
     }},
    {"/NetworkDriver.DeleteNetwork",
     [](auto body, Driver& driver) {
       driver.delete_network(decode_network_id(body));
       return kNothing;
     }},
    {"/NetworkDriver.CreateEndpoint", create_endpoint},
    {"/NetworkDriver.DeleteEndpoint",
     [](auto body, Driver& driver) {
       driver.delete_endpoint(decode_endpoint(body));
       return kNothing;
     }},
    {"/NetworkDriver.EndpointOperInfo",
     [](auto body, auto&) {
       decode_endpoint(body);
       return Json{{"Value", kNothing}};
     }},
    {"/NetworkDriver.Join",
     [](auto body, Driver& driver) { return json_of(driver.join(decode_join(body))); }},
    {"/NetworkDriver.Leave",
     [](auto body, Driver& driver) {
       driver.leave(decode_endpoint(body));
       return kNothing;
     }},
    // Containers reach each other through the network of VDE alone: no ports are published.
    {"/NetworkDriver.ProgramExternalConnectivity", nothing},
    {"/NetworkDriver.RevokeExternalConnectivity", nothing},
    {"/NetworkDriver.DiscoverNew", nothing},
    {"/NetworkDriver.DiscoverDelete", nothing},
    // Only a driver of scope global is asked.
    {"/NetworkDriver.AllocateNetwork",
     [](auto, auto&) {
       return Json{{"Options", kNothing}};
     }},
    {"/NetworkDriver.FreeNetwork", nothing}};

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Answer error_answer(int status, const std::string& sentence) {
  return {status, text_of({{"Err", "vde_docker: " + sentence}})};
}

Answer answer(const std::string& path, std::string_view body, Driver& driver) noexcept try {
  const auto call = kCalls.find(path);
  if (call == kCalls.end()) return error_answer(404, "no such call: " + base::in_quotes(path));
  try {
    return {200, text_of(call->second(body, driver))};
  } catch (const std::invalid_argument& error) {
    return error_answer(400, error.what());
  } catch (const std::exception& error) {
    return error_answer(500, error.what());
  }
} catch (...) {
  return {500, {}};  // no memory for a sentence
}

}  // namespace banco::vde_docker
