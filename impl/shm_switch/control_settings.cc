// The part of Control that people use: settings of ports and of the switch, and what they are shown.
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

#include "impl/shm_switch/atomics.hh"
#include "impl/shm_switch/control.hh"
#include "impl/shm_switch/control_port.hh"
#include "impl/shm_switch/ticks.hh"

namespace banco::shm_switch {

PortSettings Control::settings_for(std::uint32_t number) const {
  const auto configured = configured_.find(number);
  if (configured != configured_.end()) return configured->second;
  PortSettings settings;
  settings.vlans = every_vlan();
  return settings;
}

void Control::check_number(std::uint32_t number) const {
  if (number == 0 || number > options_.port_count)
    throw ControlError(fmt::format("there is no port {}: ports are 1 to {}", number, options_.port_count));
}

// A client may have chosen its VLANs: a change of something else must not change them.
PortSettings Control::settings_of(std::uint32_t number) const {
  check_number(number);
  const auto port = ports_.find(number);
  return port == ports_.end() ? settings_for(number) : port->second->settings;
}

void Control::change_settings(std::uint32_t number, const PortSettings& settings) {
  check_number(number);
  configured_[number] = settings;
  if (Port* const port = find(number)) {
    const std::uint16_t offload = port->settings.offload;
    port->settings = settings;
    port->settings.offload = offload;
    reconsider(*port);
  }
  save();
}

void Control::set_vlans(std::uint32_t number, const VlanMembership& vlans) {
  PortSettings settings = settings_of(number);
  settings.vlans = vlans;
  change_settings(number, settings);
}

void Control::set_isolated(std::uint32_t number, bool isolated) {
  PortSettings settings = settings_of(number);
  settings.isolated = isolated ? 1 : 0;
  change_settings(number, settings);
}

void Control::set_mirror(std::uint32_t number, bool mirror) {
  PortSettings settings = settings_of(number);
  settings.mirror = mirror ? 1 : 0;
  change_settings(number, settings);
}

void Control::set_reserved(std::uint32_t number, bool reserved) {
  check_number(number);
  if (reserved)
    reserved_.insert(number);
  else
    reserved_.erase(number);
  save();
}

void Control::forget_port(std::uint32_t number) {
  check_number(number);
  if (find(number) != nullptr) throw ControlError(fmt::format("port {} is in use", number), EADDRINUSE);
  configured_.erase(number);
  reserved_.erase(number);
  save();
}

void Control::set_port_count(std::uint32_t count) {
  if (count == 0 || count > SHM_PORT_COUNT_MAX)
    throw ControlError(fmt::format("{} ports: a switch has 1 to {}", count, SHM_PORT_COUNT_MAX));
  if (!ports_.empty() && ports_.rbegin()->first > count)
    throw ControlError(fmt::format("{} ports: port {} is in use", count, ports_.rbegin()->first), EADDRINUSE);
  options_.port_count = count;
}

void Control::set_hub(bool hub) {
  settings_.hub = hub ? 1 : 0;
  for (const auto& [number, port] : ports_) tell_settings(*port);
  save();
}

void Control::set_ageing(std::uint32_t seconds) {
  settings_.ageing_s = seconds;
  for (const auto& [number, port] : ports_) tell_settings(*port);
  save();
}

void Control::tell_settings(Port& port) {
  Message message;
  message.kind = MessageKind::kSettings;
  message.number = port.number;
  message.settings = port.settings;
  message.switch_settings = settings_;
  send(port, message);
}

void Control::hang_up(std::uint32_t number) {
  Port* const port = find(number);
  if (port == nullptr) throw ControlError(fmt::format("nobody is at port {}", number), ENXIO);
  ::shutdown(port->hang_up.number(), SHUT_RDWR);
  remove(number);
}

void Control::hang_up_all() {
  for (const auto& [number, port] : ports_) ::shutdown(port->hang_up.number(), SHUT_RDWR);
}

std::vector<PortView> Control::ports() const {
  std::vector<PortView> result;
  const auto copy = [](const shm_counters& from) {
    shm_counters to{};
    to.frames = load_relaxed(from.frames);
    to.bytes = load_relaxed(from.bytes);
    to.flooded = load_relaxed(from.flooded);
    for (std::size_t i = 0; i < SHM_DROP_COUNT; ++i) to.dropped[i] = load_relaxed(from.dropped[i]);
    return to;
  };
  for (const auto& [number, port] : ports_)
    result.push_back({number, port->description, port->who.uid, port->who.pid, port->settings,
                      static_cast<std::uint32_t>(port->joined.size()), copy(port->page().sent),
                      copy(port->page().received)});
  return result;
}

std::vector<AddressView> Control::addresses() const {
  std::vector<AddressView> result;
  const std::uint32_t now_s = coarse_seconds();
  for (const auto& [number, port] : ports_) {
    const std::uint32_t count = std::min(load_acquire(port->page().claim_count), SHM_CLAIM_COUNT);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t key = load_acquire(port->page().claims[i].address);
      const std::uint32_t used_s = load_relaxed(port->page().claims[i].last_used_s);
      const std::uint32_t age_s = used_s > now_s ? 0 : now_s - used_s;
      if (key != 0 && age_s <= settings_.ageing_s)
        result.push_back({key & 0xffff'ffff'ffff, static_cast<std::uint16_t>(key >> 48), number, age_s});
    }
  }
  return result;
}

}  // namespace banco::shm_switch
