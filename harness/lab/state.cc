#include "harness/lab/state.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <stdexcept>

#include "harness/measure/journal.hh"
#include "harness/measure/json.hh"

namespace banco::lab {
namespace {

using nlohmann::json;

const json& list(const json& object, const char* member) {
  const json& value = measure::json_member(object, member);
  if (!value.is_array()) throw measure::JsonError(fmt::format("\"{}\" must be a list", member));
  return value;
}

std::vector<std::string> texts(const json& object, const char* member) {
  std::vector<std::string> all;
  for (const json& text : list(object, member)) {
    if (!text.is_string()) throw measure::JsonError(fmt::format("\"{}\" must be a list of texts", member));
    all.push_back(text.get<std::string>());
  }
  return all;
}

std::string age(measure::Time since, measure::Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - since).count();
  if (seconds < 120) return fmt::format("{} s", std::max<long>(seconds, 0));
  if (seconds < 120 * 60) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

std::string with_addresses(const MachineState& machine) {
  std::string text = machine.name;
  for (const InterfaceState& interface : machine.interfaces)
    for (const std::string& address : interface.addresses) text += " " + address.substr(0, address.find('/'));
  return text;
}

}  // namespace

json to_json(const LabState& state) {
  json machines = json::array();
  for (const MachineState& machine : state.machines) {
    json interfaces = json::array();
    for (const InterfaceState& interface : machine.interfaces)
      interfaces.push_back(
          {{"name", interface.name}, {"switch", interface.switch_}, {"addresses", interface.addresses}});
    machines.push_back({{"name", machine.name},
                        {"kind", machine.kind},
                        {"state", machine.state},
                        {"interfaces", std::move(interfaces)}});
  }
  json switches = json::array();
  for (const SwitchState& each : state.switches)
    switches.push_back({{"name", each.name}, {"type", each.type}});
  return {{"name", state.name},
          {"scenario", state.scenario_file},
          {"cell", state.cell},
          {"started", measure::format_time(state.started)},
          {"machines", std::move(machines)},
          {"switches", std::move(switches)}};
}

LabState parse_state(const json& object) {
  using measure::json_text;
  LabState state{.name = json_text(object, "name"),
                 .scenario_file = json_text(object, "scenario"),
                 .cell = measure::json_text_map(object, "cell"),
                 .started = measure::parse_time(json_text(object, "started")),
                 .machines = {},
                 .switches = {}};
  for (const json& entry : list(object, "machines")) {
    MachineState machine{.name = json_text(entry, "name"),
                         .kind = json_text(entry, "kind"),
                         .state = json_text(entry, "state"),
                         .interfaces = {}};
    for (const json& interface : list(entry, "interfaces"))
      machine.interfaces.push_back({.name = json_text(interface, "name"),
                                    .switch_ = json_text(interface, "switch"),
                                    .addresses = texts(interface, "addresses")});
    state.machines.push_back(std::move(machine));
  }
  for (const json& entry : list(object, "switches"))
    state.switches.push_back({.name = json_text(entry, "name"), .type = json_text(entry, "type")});
  return state;
}

std::string describe(const LabState& state, measure::Time now) {
  std::string text =
      fmt::format("{:<16} {:>8}  {}", state.name, age(state.started, now), state.scenario_file);
  for (const auto& [axis, value] : state.cell) text += fmt::format(" {}={}", axis, value);
  text += "\n";
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> machines;
  for (const MachineState& machine : state.machines)
    machines[{machine.kind, machine.state}].push_back(with_addresses(machine));
  for (const auto& [kind_and_state, names] : machines)
    text +=
        fmt::format("  {}, {}: {}\n", kind_and_state.first, kind_and_state.second, fmt::join(names, ", "));
  std::map<std::string, std::vector<std::string>> switches;
  for (const SwitchState& each : state.switches) switches[each.type].push_back(each.name);
  for (const auto& [type, names] : switches) text += fmt::format("  {}: {}\n", type, fmt::join(names, ", "));
  return text;
}

}  // namespace banco::lab
