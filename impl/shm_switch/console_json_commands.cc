// The menu json/ of the console: one line of JSON each, for `shm_switch ctl` and other programs. Members of
// objects may be added, never renamed.
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>

#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_text.hh"

namespace banco::shm_switch {
namespace {

using nlohmann::json;

// A client may have described itself in any bytes.
std::string line_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

json counters(const shm_counters& from) {
  return {{"frames", from.frames},
          {"bytes", from.bytes},
          {"flooded", from.flooded},
          {"dropped",
           {{"full", from.dropped[SHM_DROP_FULL]},
            {"size", from.dropped[SHM_DROP_SIZE]},
            {"vlan", from.dropped[SHM_DROP_VLAN]},
            {"malformed", from.dropped[SHM_DROP_MALFORMED]},
            {"filtered", from.dropped[SHM_DROP_FILTERED]}}}};
}
static_assert(SHM_DROP_COUNT == 5);

json port_object(const Control& control, std::uint32_t number, const PortSettings& settings) {
  return {{"number", number},
          {"connected", false},
          {"vlans", to_text(settings.vlans)},
          {"isolated", settings.isolated != 0},
          {"mirror", settings.mirror != 0},
          {"allocatable", !control.reserved().contains(number)}};
}

// Ports that are used, and those for which something is set.
void ports(ConsoleCall& call) {
  const Control& control = call.context.control;
  std::map<std::uint32_t, json> found;
  for (const PortView& port : control.ports()) {
    json& object = found[port.number] = port_object(control, port.number, port.settings);
    object["connected"] = true;
    object["description"] = port.description;
    object["user"] = user_name(port.uid);
    object["uid"] = port.uid;
    object["pid"] = port.pid;
    object["offload"] = port.settings.offload != 0;
    object["peers"] = port.peer_count;
    object["sent"] = counters(port.sent);
    object["received"] = counters(port.received);
  }
  const auto add = [&](std::uint32_t number) {
    if (number <= control.port_count() && !found.contains(number))
      found[number] = port_object(control, number, control.settings_of(number));
  };
  for (const auto& [number, settings] : control.configured()) add(number);
  for (const std::uint32_t number : control.reserved()) add(number);
  json result = json::array();
  for (auto& [number, object] : found) result.push_back(std::move(object));
  call.reply.data = line_of(result);
}

void addresses(ConsoleCall& call) {
  json result = json::array();
  for (const AddressView& entry : call.context.control.addresses())
    result.push_back({{"address", address_text(entry.address)},
                      {"vlan", entry.vlan},
                      {"port", entry.port},
                      {"age_s", entry.age_s}});
  call.reply.data = line_of(result);
}

void info(ConsoleCall& call) {
  const Control& control = call.context.control;
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                                       call.context.started);
  call.reply.data = line_of({{"path", call.context.facts.path.string()},
                             {"version", BANCO_VERSION},
                             {"pid", ::getpid()},
                             {"uptime_s", uptime.count()},
                             {"port_count", control.port_count()},
                             {"ports_used", control.ports().size()},
                             {"hub", control.switch_settings().hub != 0},
                             {"ageing_s", control.switch_settings().ageing_s},
                             {"clients_choose_vlans", control.clients_choose_vlans()}});
}

// What a port has, or would have.
void vlans(ConsoleCall& call) {
  const std::uint32_t port = number_argument(call, 0, "the port");
  call.reply.data =
      line_of({{"number", port}, {"vlans", to_text(call.context.control.settings_of(port).vlans)}});
}

}  // namespace

const std::vector<ConsoleCommand> kJsonCommands{
    {"json", "============", "MENU FOR PROGRAMS", false, nullptr},
    {"json/ports", "", "ports, with their counters, as JSON", true, ports},
    {"json/macs", "", "addresses as JSON", true, addresses},
    {"json/vlans", "PORT", "VLANs of a port as JSON", true, vlans},
    {"json/showinfo", "", "the switch as JSON", true, info},
};

}  // namespace banco::shm_switch
