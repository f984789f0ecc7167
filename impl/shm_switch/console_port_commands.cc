// The menu port/ of the console.
//
// Unlike in vde_switch, every port from 1 to Numports is there: port/create only keeps it from clients that
// name no port, and what is set for a port stays when its client goes. One client a port: its endpoint is
// ID 1. IN is what the client sent. There is no port/resetcounter, since only a port can write its counters,
// and no port/setuser: who may join is a matter of the socket's mode and group.
#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>

#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_text.hh"

namespace banco::shm_switch {
namespace {

// What port/setvlan takes for "no untagged VLAN".
constexpr std::uint32_t kNoVlanNumber = 4095;

std::uint32_t port_argument(const ConsoleCall& call, std::size_t index) {
  return number_argument(call, index, "the port");
}

void show_port_info(ConsoleCall& call) {
  const Control& control = call.context.control;
  call.reply.data = fmt::format("Numports={}\nHUB={}\ncounters=true\n", control.port_count(),
                                control.switch_settings().hub != 0);
}

void set_port_count(ConsoleCall& call) {
  call.context.control.set_port_count(number_argument(call, 0, "the number of ports"));
}

void set_hub(ConsoleCall& call) {
  call.context.control.set_hub(flag_argument(call, 0));
}

void set_untagged_vlan(ConsoleCall& call) {
  const std::uint32_t port = port_argument(call, 0);
  const std::uint32_t number = number_argument(call, 1, "the VLAN");
  VlanMembership vlans = explicit_vlans(call.context.control.settings_of(port).vlans);
  vlans.untagged = number == kNoVlanNumber ? kNoVlan : vlan_argument(call, 1);
  vlans.set_tagged(vlans.untagged, false);
  call.context.control.set_vlans(port, vlans);
}

void set_vlans(ConsoleCall& call) {
  const std::uint32_t port = port_argument(call, 0);
  if (call.words.size() < 2) throw ControlError("the VLANs are missing");
  const auto vlans = parse_vlans(call.words[1]);
  if (!vlans)
    throw ControlError(
        fmt::format("VLANs {}: wanted is a VLAN (10), several (10,20t,30-39t) or trunk", call.words[1]));
  call.context.control.set_vlans(port, *vlans);
}

void set_isolated(ConsoleCall& call) {
  call.context.control.set_isolated(port_argument(call, 0), flag_argument(call, 1));
}

void set_mirror(ConsoleCall& call) {
  call.context.control.set_mirror(port_argument(call, 0), flag_argument(call, 1));
}

std::optional<PortView> client_of(const Control& control, std::uint32_t number) {
  for (PortView& port : control.ports())
    if (port.number == number) return std::move(port);
  return std::nullopt;
}

bool is_known(const Control& control, std::uint32_t number) {
  return control.reserved().contains(number) || control.configured().contains(number) ||
         client_of(control, number).has_value();
}

void create(ConsoleCall& call) {
  Control& control = call.context.control;
  const std::uint32_t port = port_argument(call, 0);
  if (control.reserved().contains(port) || client_of(control, port))
    throw ControlError(fmt::format("port {} is there already", port), EEXIST);
  control.set_reserved(port, true);
}

void remove(ConsoleCall& call) {
  Control& control = call.context.control;
  const std::uint32_t port = port_argument(call, 0);
  control.settings_of(port);  // is there such a number?
  if (!is_known(control, port)) throw ControlError(fmt::format("nothing is set for port {}", port), ENXIO);
  control.forget_port(port);
}

void set_allocatable(ConsoleCall& call) {
  call.context.control.set_reserved(port_argument(call, 0), !flag_argument(call, 1));
}

void kick(ConsoleCall& call) {
  call.context.control.hang_up(port_argument(call, 0));
}

void close_endpoint(ConsoleCall& call) {
  const std::uint32_t port = port_argument(call, 0);
  if (number_argument(call, 1, "the endpoint's ID") != 1)
    throw ControlError(fmt::format("the endpoint of port {} has ID 1", port), ENXIO);
  call.context.control.hang_up(port);
}

std::string counters_line(std::string_view name, const shm_counters& counters) {
  return fmt::format(" {:<4} pkts {:10}          bytes {:20}\n", name, counters.frames, counters.bytes);
}

std::string describe(const Control& control, std::uint32_t number, const std::optional<PortView>& client) {
  const std::uint16_t untagged = control.settings_of(number).vlans.untagged;
  std::string result = fmt::format(
      "Port {:04} untagged_vlan={} {}ACTIVE - {}Unnamed Allocatable\n"
      " Current User: {} Access Control: (User: NONE - Group: NONE)\n",
      number, untagged == kNoVlan ? "NONE" : fmt::format("{:04}", untagged), client ? "" : "IN",
      control.reserved().contains(number) ? "NOT " : "", client ? user_name(client->uid) : "NONE");
  result += counters_line("IN:", client ? client->sent : shm_counters{});
  result += counters_line("OUT:", client ? client->received : shm_counters{});
  if (client)
    result += fmt::format(
        "  -- endpoint ID {:04} module {:<12}: {}\n", 1, "shm",
        printable(client->description.empty() ? fmt::format("pid={}", client->pid) : client->description));
  return result;
}

void print_ports(ConsoleCall& call, bool inactive_too) {
  const Control& control = call.context.control;
  std::map<std::uint32_t, std::optional<PortView>> ports;
  for (PortView& port : control.ports()) ports[port.number] = std::move(port);
  if (inactive_too) {
    for (const std::uint32_t number : control.reserved())
      if (number <= control.port_count()) ports.try_emplace(number);
    for (const auto& [number, settings] : control.configured())
      if (number <= control.port_count()) ports.try_emplace(number);
  }
  if (!call.words.empty()) {
    const std::uint32_t number = port_argument(call, 0);
    control.settings_of(number);  // is there such a number?
    if (!ports.contains(number)) throw ControlError(fmt::format("nobody is at port {}", number), ENXIO);
    call.reply.data = describe(control, number, ports.at(number));
    return;
  }
  for (const auto& [number, client] : ports) call.reply.data += describe(control, number, client);
}

void print_active_ports(ConsoleCall& call) {
  print_ports(call, false);
}

void print_all_ports(ConsoleCall& call) {
  print_ports(call, true);
}

}  // namespace

const std::vector<ConsoleCommand> kPortCommands{
    {"port", "============", "PORT STATUS MENU", false, nullptr},
    {"port/showinfo", "", "show port info", true, show_port_info},
    {"port/setnumports", "N", "set the number of ports", false, set_port_count},
    {"port/sethub", "0/1", "1=HUB 0=switch", false, set_hub},
    {"port/setvlan", "N VLAN", "set port VLAN (untagged), 4095=none", false, set_untagged_vlan},
    {"port/setvlans", "N SPEC", "set all VLANs: 10 or 10,20t,30-39t or trunk", false, set_vlans},
    {"port/isolate", "N 0/1", "1=no frames from and to other isolated ports", false, set_isolated},
    {"port/mirror", "N 0/1", "1=gets a copy of every frame", false, set_mirror},
    {"port/create", "N", "reserve the port N (inactive|notallocatable)", false, create},
    {"port/remove", "N", "forget what was set for the port N", false, remove},
    {"port/allocatable", "N 0/1", "Is the port allocatable as unnamed? 1=Y 0=N", false, set_allocatable},
    {"port/kick", "N", "throw the client of the port N out", false, kick},
    {"port/epclose", "N ID", "remove the endpoint port N/id ID", false, close_endpoint},
    {"port/print", "[N]", "print the port/endpoint table", true, print_active_ports},
    {"port/allprint", "[N]", "print the port/endpoint table (including inactive port)", true,
     print_all_ports},
};

}  // namespace banco::shm_switch
