// The menu vlan/ of the console.
//
// Unlike in vde_switch, every VLAN is there: vlan/create only makes it appear in vlan/print, and vlan/addport
// needs none. A port passes every tag by default; the first of vlan/addport, vlan/delport and port/setvlan
// makes its membership explicit: untagged VLAN 0, and the tags that were added since. There is no spanning
// tree, so that every port of a VLAN is "Forwarding".
#include <fmt/format.h>

#include <map>
#include <utility>

#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_text.hh"

namespace banco::shm_switch {
namespace {

std::uint16_t tagged_argument(const ConsoleCall& call, std::size_t index) {
  const std::uint16_t vlan = vlan_argument(call, index);
  if (vlan == 0) throw ControlError("VLAN 0 is the one of frames without a tag");
  return vlan;
}

struct Member {
  PortSettings settings;
  bool active = false;
};

// Ports that are used, or that an administrator has set.
std::map<std::uint32_t, Member> members(const Control& control) {
  std::map<std::uint32_t, Member> result;
  for (const auto& [number, settings] : control.configured())
    if (number <= control.port_count()) result[number] = {settings, false};
  for (const PortView& port : control.ports()) result[port.number] = {port.settings, true};
  return result;
}

bool passes_every_tag(const Member& member) {
  return member.settings.vlans == every_vlan();
}

void create_vlan(ConsoleCall& call) {
  const std::uint16_t vlan = tagged_argument(call, 0);
  if (!call.context.vlans.insert(vlan).second)
    throw ControlError(fmt::format("VLAN {} is there already", vlan), EEXIST);
}

void remove_vlan(ConsoleCall& call) {
  const std::uint16_t vlan = tagged_argument(call, 0);
  bool known = call.context.vlans.contains(vlan);
  const auto ports = members(call.context.control);
  for (const auto& [number, member] : ports) {
    if (member.settings.vlans.untagged == vlan)
      throw ControlError(fmt::format("VLAN {} is the untagged one of port {}", vlan, number), EADDRINUSE);
    known = known || (!passes_every_tag(member) && member.settings.vlans.has_tagged(vlan));
  }
  if (!known) throw ControlError(fmt::format("VLAN {} has no ports of its own", vlan), ENXIO);
  for (const auto& [number, member] : ports) {
    if (passes_every_tag(member) || !member.settings.vlans.has_tagged(vlan)) continue;
    VlanMembership vlans = member.settings.vlans;
    vlans.set_tagged(vlan, false);
    call.context.control.set_vlans(number, vlans);
  }
  call.context.vlans.erase(vlan);
}

void change_port(ConsoleCall& call, bool is_member) {
  const std::uint16_t vlan = tagged_argument(call, 0);
  const std::uint32_t port = number_argument(call, 1, "the port");
  VlanMembership vlans = explicit_vlans(call.context.control.settings_of(port).vlans);
  if (is_member && vlans.untagged == vlan)
    throw ControlError(fmt::format("VLAN {} is the untagged one of port {}", vlan, port));
  vlans.set_tagged(vlan, is_member);
  call.context.control.set_vlans(port, vlans);
}

void add_port(ConsoleCall& call) {
  change_port(call, true);
}

void remove_port(ConsoleCall& call) {
  change_port(call, false);
}

std::string describe(std::uint16_t vlan, const std::map<std::uint32_t, Member>& ports, bool inactive_too) {
  std::string result = fmt::format("VLAN {:04}\n", vlan);
  for (const auto& [number, member] : ports) {
    if (!member.settings.vlans.has(vlan) || !(member.active || inactive_too)) continue;
    result += fmt::format(" -- Port {:04} tagged={} active={} status=Forwarding\n", number,
                          member.settings.vlans.untagged == vlan ? 0 : 1, member.active ? 1 : 0);
  }
  return result;
}

void print_vlans(ConsoleCall& call, bool inactive_too) {
  const auto ports = members(call.context.control);
  std::set<std::uint16_t> vlans = call.context.vlans;
  vlans.insert(0);
  for (const auto& [number, member] : ports) {
    if (member.settings.vlans.untagged != kNoVlan) vlans.insert(member.settings.vlans.untagged);
    if (passes_every_tag(member)) continue;
    for (std::uint16_t vlan = 1; vlan <= kVlanMax; ++vlan)
      if (member.settings.vlans.has_tagged(vlan)) vlans.insert(vlan);
  }
  if (!call.words.empty()) {
    const std::uint16_t vlan = vlan_argument(call, 0);
    if (!vlans.contains(vlan))
      throw ControlError(fmt::format("VLAN {} has no ports of its own", vlan), ENXIO);
    vlans = {vlan};
  }
  for (const std::uint16_t vlan : vlans) call.reply.data += describe(vlan, ports, inactive_too);
}

void print_used_vlans(ConsoleCall& call) {
  print_vlans(call, false);
}

void print_all_vlans(ConsoleCall& call) {
  print_vlans(call, true);
}

}  // namespace

const std::vector<ConsoleCommand> kVlanCommands{
    {"vlan", "============", "VLAN MANAGEMENT MENU", false, nullptr},
    {"vlan/create", "N", "show the VLAN with tag N", false, create_vlan},
    {"vlan/remove", "N", "take all ports out of the VLAN with tag N", false, remove_vlan},
    {"vlan/addport", "N PORT", "add port to the vlan N (tagged)", false, add_port},
    {"vlan/delport", "N PORT", "remove port from the vlan N (tagged)", false, remove_port},
    {"vlan/print", "[N]", "print the list of defined vlan", true, print_used_vlans},
    {"vlan/allprint", "[N]", "print the list of defined vlan (including inactive port)", true,
     print_all_vlans},
};

}  // namespace banco::shm_switch
