// What PATH/state holds: the settings an administrator made, and who was on the switch, so that a control
// process that comes after one that died knows them. JSON, one object; only the owner may read it, since it
// holds the ports' secrets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "impl/shm_switch/message.hh"

namespace banco::shm_switch {

struct PortIdentity {
  std::uint64_t incarnation = 0;
  std::uint64_t secret = 0;
};

struct SwitchState {
  SwitchSettings settings;
  std::map<std::uint32_t, PortSettings> configured;
  std::set<std::uint32_t> reserved;
  std::map<std::uint32_t, PortIdentity> ports;
};

std::string to_text(const SwitchState& state);
// Nothing when it is no such text.
std::optional<SwitchState> parse_state(const std::string& text);

}  // namespace banco::shm_switch
