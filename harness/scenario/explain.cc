// The full form of a scenario: each cell as a file of its own.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/parse.hh"
#include "harness/scenario/scenario_fields.hh"
#include "harness/scenario/yaml_text.hh"

namespace banco::scenario {

namespace {

PairsEntry pairs_entry(const std::vector<Pair>& pairs) {
  PairsEntry entry;
  for (const Pair& pair : pairs) entry.list.push_back({pair, {}});
  return entry;
}

NodeEntry node_entry(const Machine& machine) {
  if (machine.kind == MachineKind::kVm) return {machine.name, {}, VmEntry{{machine, {}}}};
  if (machine.kind == MachineKind::kContainer) return {machine.name, {}, ContainerEntry{{machine, {}}}};
  if (machine.kind == MachineKind::kRouter) return {machine.name, {}, RouterEntry{{machine, {}}}};
  return {machine.name, {}, NamespaceEntry{{machine, {}}}};
}

MeasureEntry measure_entry(const Measure& measure) {
  MeasureEntry entry;
  entry.name = measure.name;
  if (const auto* iperf3 = std::get_if<Iperf3>(&measure.what)) {
    entry.iperf3 = Iperf3Entry{*iperf3, pairs_entry(iperf3->pairs), {iperf3->rate, {}}};
  } else if (const auto* ping = std::get_if<Ping>(&measure.what)) {
    entry.ping = PingEntry{*ping, pairs_entry(ping->pairs), {}};
    for (const std::string& moment : ping->during) entry.ping->along.push_back({moment, {}});
  } else if (const auto* dd = std::get_if<Dd>(&measure.what)) {
    entry.dd = DdEntry{*dd, pairs_entry(dd->pairs)};
  } else {
    entry.cpu = std::get<Cpu>(measure.what);
  }
  return entry;
}

CellEntry cell_entry(const CellPlan& plan) {
  CellEntry entry;
  for (const Machine& machine : plan.topology.machines) entry.topology.nodes.push_back(node_entry(machine));
  for (const Switch& joined : plan.topology.switches) {
    entry.topology.nodes.push_back({joined.name, {}, SwitchEntry{joined}});
  }
  for (const Link& link : plan.topology.links) {
    LinkEntry& written = entry.topology.links.emplace_back();
    written.endpoints = {{link.machine + ":" + link.interface, {}}, {link.switch_name, {}}};
    written.address = link.address;
    written.mtu_bytes = link.mtu_bytes;
    if (link.vlan != 0) written.vlans = {link.vlan};
    written.capture = link.capture;
    written.impairments = link.impairments;
  }
  for (const Trunk& trunk : plan.topology.trunks) {
    LinkEntry& written = entry.topology.links.emplace_back();
    written.endpoints = {{trunk.first, {}}, {trunk.second, {}}};
    written.mtu_bytes = trunk.mtu_bytes;
    written.vlans = trunk.vlans;
    written.impairments = trunk.impairments;
  }
  for (const Event& event : plan.events)
    entry.events.push_back(
        {.at = event.at, .link = event.link, .impairments = event.impairments, .where = {}});
  for (const Measure& measure : plan.measures) entry.measures.push_back(measure_entry(measure));
  return entry;
}

}  // namespace

std::string explain(const Scenario& scenario, const Selection& selection) {
  FileEntry file;
  file.schema = scenario.schema;
  file.name = scenario.name;
  file.title = scenario.title;
  file.sampling.block_count = block_count(scenario, selection);
  file.sampling.seed = selection.seed;
  if (!selection.seed && scenario.sampling.seed_given) file.sampling.seed = scenario.sampling.seed;
  std::string text;
  for (const CellPlan& plan : expand(scenario, selection)) {
    file.matrix.clear();
    for (const auto& [axis, value] : plan.cell) file.matrix.push_back({axis, {value}});
    Json document = Json::object();
    write_fields(file, document);
    write_fields(cell_entry(plan), document);
    text += (text.empty() ? "" : "---\n") + yaml_text(document);
  }
  return text;
}

}  // namespace banco::scenario
