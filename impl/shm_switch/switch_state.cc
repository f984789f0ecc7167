#include "impl/shm_switch/switch_state.hh"

#include <nlohmann/json.hpp>

namespace banco::shm_switch {

using nlohmann::json;

std::string to_text(const SwitchState& state) {
  json ports = json::array();
  for (const auto& [number, identity] : state.ports)
    ports.push_back({{"number", number}, {"incarnation", identity.incarnation}, {"secret", identity.secret}});
  json configured = json::array();
  for (const auto& [number, settings] : state.configured)
    configured.push_back({{"number", number},
                          {"vlans", to_text(settings.vlans)},
                          {"isolated", settings.isolated != 0},
                          {"mirror", settings.mirror != 0}});
  return json{{"version", 1},
              {"hub", state.settings.hub != 0},
              {"ageing_s", state.settings.ageing_s},
              {"configured", configured},
              {"reserved", state.reserved},
              {"ports", ports}}
      .dump();
}

std::optional<SwitchState> parse_state(const std::string& text) {
  try {
    const json document = json::parse(text);
    if (document.at("version") != 1) return std::nullopt;
    SwitchState state;
    state.settings.hub = document.at("hub").get<bool>() ? 1 : 0;
    state.settings.ageing_s = document.at("ageing_s");
    for (const json& entry : document.at("configured")) {
      const auto vlans = parse_vlans(entry.at("vlans").get<std::string>());
      PortSettings settings;
      settings.vlans = vlans ? *vlans : access_vlan(kNoVlan);
      settings.isolated = entry.at("isolated").get<bool>() ? 1 : 0;
      settings.mirror = entry.at("mirror").get<bool>() ? 1 : 0;
      state.configured[entry.at("number")] = settings;
    }
    state.reserved = document.value("reserved", std::set<std::uint32_t>());
    for (const json& entry : document.at("ports"))
      state.ports[entry.at("number")] = {entry.at("incarnation"), entry.at("secret")};
    return state;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace banco::shm_switch
