// What the tests of this folder share.
#include "harness/scenario/testing.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/scenario/impairments.hh"

namespace banco::scenario {

namespace {

std::string pairs_text(const std::vector<Pair>& pairs) {
  std::string text;
  for (const Pair& pair : pairs) text += fmt::format(" {}>{}", pair.client, pair.server);
  return text;
}

std::string measure_text(const Measure& measure) {
  if (const auto* iperf3 = std::get_if<Iperf3>(&measure.what)) {
    return fmt::format(
        "{} iperf3{} family={} udp={} direction={} rate={}/{}/{} length={} streams={} time={} omit={}\n",
        measure.name, pairs_text(iperf3->pairs), static_cast<int>(iperf3->family), iperf3->udp,
        static_cast<int>(iperf3->direction), iperf3->rate.bps, iperf3->rate.share_ratio, iperf3->rate.of,
        iperf3->length_bytes, iperf3->stream_count, iperf3->time.count(), iperf3->omit.count());
  }
  if (const auto* ping = std::get_if<Ping>(&measure.what)) {
    return fmt::format("{} ping{} family={} count={} interval={} size={} cold={} during={}\n", measure.name,
                       pairs_text(ping->pairs), static_cast<int>(ping->family), ping->count,
                       ping->interval.count(), ping->payload_bytes, ping->is_cold,
                       fmt::join(ping->during, "+"));
  }
  if (const auto* dd = std::get_if<Dd>(&measure.what)) {
    return fmt::format("{} dd{} family={} source={} block={} count={}\n", measure.name, pairs_text(dd->pairs),
                       static_cast<int>(dd->family), static_cast<int>(dd->source), dd->block_bytes,
                       dd->count);
  }
  return fmt::format("{} cpu per={}\n", measure.name, static_cast<int>(std::get<Cpu>(measure.what).per));
}

}  // namespace

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PROJECT_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".yaml" && entry.path().filename() != "ledger.yaml")
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string plan_text(const CellPlan& plan) {
  std::string text = fmt::format("{}\n", plan.cell);
  for (const Machine& m : plan.topology.machines) {
    text += fmt::format("{} kind={} image={} cpus={} memory={} append={} limits={},{}\n", m.name,
                        static_cast<int>(m.kind), m.image, m.cpu_count, m.memory_bytes, m.append,
                        m.cpu_limit.value_or(0), m.memory_limit_bytes.value_or(0));
    for (const Route& route : m.routes)
      text += fmt::format("  to {} via {}\n", route.destination, route.gateway);
  }
  for (const Switch& s : plan.topology.switches)
    text += fmt::format("{} {} {} {}\n", s.name, s.type, s.offload, s.stp);
  for (const Link& l : plan.topology.links) {
    text += fmt::format("{}:{}-{} {} {} {} {} {} {}\n", l.machine, l.interface, l.switch_name, l.mac,
                        l.address.ipv4, l.address.ipv6, l.mtu_bytes, l.vlan, l.capture);
    for (const std::string& setting :
         wire_settings(l.impairments.value_or(std::vector<Impairment>{}), l.machine))
      text += fmt::format("  {}\n", setting);
  }
  for (const Trunk& t : plan.topology.trunks)
    text += fmt::format("{}-{} {} [{}]\n", t.first, t.second, t.mtu_bytes, fmt::join(t.vlans, " "));
  for (const Measure& measure : plan.measures) text += measure_text(measure);
  for (const Event& event : plan.events)
    text += fmt::format("at {} {} {}\n", event.at.count(), event.link,
                        fmt::join(wire_settings(event.impairments, event.left), " "));
  return text;
}

CellPlan only_cell(const std::string& yaml) {
  return expand(parse_scenario(yaml, "test.yaml")).at(0);
}

Topology topology_of(const std::string& topology) {
  return only_cell("name: x\ntopology:\n" + topology).topology;
}

}  // namespace banco::scenario
