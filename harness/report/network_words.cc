#include "harness/report/network_words.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "harness/report/format.hh"

namespace banco::report {
namespace {

std::string pairs_words(const std::vector<scenario::Pair>& pairs, scenario::Direction direction) {
  constexpr std::size_t kMostPairs = 8;
  std::string_view arrow = "→";
  if (direction == scenario::Direction::kReverse) arrow = "←";
  if (direction == scenario::Direction::kBoth) arrow = "↔";
  std::vector<std::string> words;
  for (const auto& pair : pairs) {
    if (words.size() == kMostPairs) {
      words.push_back(fmt::format("{} more", pairs.size() - kMostPairs));
      break;
    }
    words.push_back(fmt::format("{} {} {}", pair.client, arrow, pair.server));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string seconds_words(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

const char* family_words(scenario::Family family) {
  return family == scenario::Family::kIpv6 ? " by IPv6" : "";
}

std::string words_of(const scenario::Iperf3& traffic) {
  auto text = fmt::format("iperf3 over {}{}, {}{}, {}", traffic.udp ? "UDP" : "TCP",
                          family_words(traffic.family), pairs_words(traffic.pairs, traffic.direction),
                          traffic.pairs.size() > 1 ? " at the same time" : "", seconds_words(traffic.time));
  if (traffic.omit.count() > 0)
    text += fmt::format(" after {} that do not count", seconds_words(traffic.omit));
  if (traffic.rate.bps > 0) text += fmt::format(", {} per flow", format_value(traffic.rate.bps, "bit/s"));
  if (!traffic.rate.of.empty()) {
    text += fmt::format(", all flows together at {:g} % of what {} carried", traffic.rate.share_ratio * 100,
                        traffic.rate.of);
  }
  if (traffic.length_bytes > 0) text += fmt::format(", {} B per write", traffic.length_bytes);
  if (traffic.stream_count > 1) text += fmt::format(", {} streams per pair", traffic.stream_count);
  return text;
}

std::string words_of(const scenario::Ping& ping) {
  auto text = fmt::format("ping{}, {}{}, {} echoes of {} B every {:g} ms", family_words(ping.family),
                          pairs_words(ping.pairs, scenario::Direction::kForward),
                          ping.pairs.size() > 1 ? " one after the other" : "", ping.count, ping.payload_bytes,
                          static_cast<double>(ping.interval.count()));
  if (!ping.during.empty()) text += fmt::format(", during: {}", fmt::join(ping.during, ", "));
  return text;
}

std::string words_of(const scenario::Dd& dd) {
  return fmt::format("dd | nc{}, {}{}, {} blocks of {} B of {}", family_words(dd.family),
                     pairs_words(dd.pairs, scenario::Direction::kForward),
                     dd.pairs.size() > 1 ? " at the same time" : "", dd.count, dd.block_bytes,
                     dd.source == scenario::DdSource::kZero ? "zeros" : "/dev/urandom");
}

std::string words_of(const scenario::Cpu& cpu) {
  return fmt::format("CPU time of each {} while traffic flows",
                     cpu.per == scenario::CpuPer::kRole ? "role (switch, hypervisors)" : "process");
}

}  // namespace

std::string topology_words(const scenario::Topology& topology) {
  std::vector<std::string> parts;
  const auto add = [&](scenario::MachineKind kind, const char* noun) {
    const auto count = std::ranges::count(topology.machines, kind, &scenario::Machine::kind);
    if (count > 0) parts.push_back(count_of(count, noun));
  };
  add(scenario::MachineKind::kVm, "virtual machine");
  add(scenario::MachineKind::kContainer, "container");
  add(scenario::MachineKind::kNamespace, "network namespace");
  add(scenario::MachineKind::kRouter, "router");
  if (topology.switches.size() == 1) parts.push_back("1 switch");
  if (topology.switches.size() > 1) parts.push_back(fmt::format("{} switches", topology.switches.size()));
  return enumerate(parts);
}

std::string measure_words(const scenario::Measure& measure) {
  return measure.name + ": " + std::visit([](const auto& what) { return words_of(what); }, measure.what);
}

}  // namespace banco::report
