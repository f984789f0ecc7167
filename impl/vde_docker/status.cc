#include "impl/vde_docker/status.hh"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "impl/vde_docker/pump.hh"
#include "impl/vde_docker/store.hh"

namespace banco::vde_docker {
namespace {

using Json = nlohmann::ordered_json;

Json read(const std::filesystem::path& directory, const Complain& complain) {
  const auto endpoints = read_endpoints(directory, complain);
  Json networks = Json::array();
  for (const Network& network : read_networks(directory, complain)) {
    Json entry = to_json(network);
    entry["endpoints"] = Json::array();
    for (const Endpoint& endpoint : endpoints) {
      if (endpoint.network_id != network.id) continue;
      Json line = to_json(endpoint);
      const auto report = read_report(pump_socket(directory, endpoint));
      Json pump = report ? Json::parse(*report, nullptr, false) : Json();
      line["pump"] = pump.is_object() ? std::move(pump) : Json();
      entry["endpoints"].push_back(std::move(line));
    }
    networks.push_back(std::move(entry));
  }
  return {{"networks", std::move(networks)}};
}

std::string flow_text(const Json& flow) {
  return fmt::format("{} frames, {} bytes, {} dropped", flow.at("frames").get<std::uint64_t>(),
                     flow.at("bytes").get<std::uint64_t>(), flow.at("drops").get<std::uint64_t>());
}

std::string state_text(const Json& endpoint) {
  const Json& pump = endpoint.at("pump");
  if (endpoint.at("sandbox").get<std::string>().empty()) return "not joined";
  if (pump.is_null()) return "no pump: its container has ended, or the driver does not run";
  const std::string error = pump.at("error").get<std::string>();
  return fmt::format("{}; sent {}; received {}", pump.at("joined").get<bool>() ? "joined" : error,
                     flow_text(pump.at("sent")), flow_text(pump.at("received")));
}

}  // namespace

std::string status_text(const std::filesystem::path& directory, bool as_json, const Complain& complain) {
  const Json status = read(directory, complain);
  if (as_json) return status.dump(2) + "\n";
  std::string text;
  for (const Json& network : status.at("networks")) {
    text += fmt::format("network {:.12} {}\n", network.at("id").get<std::string>(),
                        network.at("url").get<std::string>());
    for (const Json& endpoint : network.at("endpoints"))
      text += fmt::format("  endpoint {:.12} {} {} {}: {}\n", endpoint.at("id").get<std::string>(),
                          endpoint.at("mac").get<std::string>(), endpoint.at("address").get<std::string>(),
                          endpoint.at("address_ipv6").get<std::string>(), state_text(endpoint));
  }
  return text.empty() ? "no networks\n" : text;
}

}  // namespace banco::vde_docker
