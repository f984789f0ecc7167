// Places boxes on a grid and draws the links below them, so that a line that meets a box goes behind it.
#include "harness/report/topology.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/report/format.hh"
#include "harness/report/text.hh"

namespace banco::report {
namespace {

constexpr std::size_t kMostMachines = 64;
constexpr std::size_t kMostSwitches = 16;
constexpr int kMostInRow = 4;
constexpr int kSlotWidth = 130;
constexpr int kBoxWidth = 116;
constexpr int kBoxHeight = 48;
constexpr int kRowHeight = 88;
constexpr int kNameCharacters = 13;

struct Point {
  int x = 0;
  int y = 0;
};

struct Layout {
  std::map<std::string, Point> machines;
  std::map<std::string, Point> switches;
  int width = 0;
  int top = 0;
  int bottom = 0;
};

// Machine → the switch of its first link; machines without one stand with the first switch.
std::map<std::string, std::vector<std::string>> group_by_switch(const scenario::Topology& topology) {
  std::map<std::string, std::string> home;
  for (const auto& link : topology.links) home.emplace(link.machine, link.switch_name);
  std::map<std::string, std::vector<std::string>> groups;
  for (const auto& machine : topology.machines) {
    const auto found = home.find(machine.name);
    const auto first = topology.switches.empty() ? "" : topology.switches.front().name;
    groups[found == home.end() ? first : found->second].push_back(machine.name);
  }
  return groups;
}

// Puts `names` into rows that grow away from the switch (direction −1 up, +1 down).
void place_rows(Layout& layout, const std::vector<std::string>& names, int left, int columns, int direction) {
  const int count = static_cast<int>(names.size());
  for (int i = 0; i < count; ++i) {
    const int row = i / columns;
    const int in_row = std::min(columns, count - row * columns);
    const int indent = (columns - in_row) * kSlotWidth / 2;
    // Every second row is shifted, so that its links pass between the boxes of the row before.
    const int shift = row % 2 == 1 && in_row == columns ? kSlotWidth / 2 : 0;
    const Point at{left + indent + shift + (i % columns) * kSlotWidth + kSlotWidth / 2,
                   direction * (row + 1) * kRowHeight};
    layout.machines[names[static_cast<std::size_t>(i)]] = at;
    layout.width = std::max(layout.width, at.x + kSlotWidth / 2);
    layout.top = std::min(layout.top, at.y - kBoxHeight / 2);
    layout.bottom = std::max(layout.bottom, at.y + kBoxHeight / 2);
  }
}

Layout lay_out(const scenario::Topology& topology) {
  Layout layout;
  layout.top = -kBoxHeight / 2;
  layout.bottom = kBoxHeight / 2;
  auto groups = group_by_switch(topology);
  int left = 0;
  const auto place_group = [&](const std::string& switch_name, bool has_switch) {
    const auto& names = groups[switch_name];
    const int count = static_cast<int>(names.size());
    const int columns = std::clamp((count + 1) / 2, 1, kMostInRow);
    const auto half = static_cast<std::ptrdiff_t>((count + 1) / 2);
    place_rows(layout, {names.begin(), names.begin() + half}, left, columns, -1);
    place_rows(layout, {names.begin() + half, names.end()}, left, columns, +1);
    if (has_switch) layout.switches[switch_name] = {left + columns * kSlotWidth / 2, 0};
    left += columns * kSlotWidth;
    layout.width = std::max(layout.width, left);
  };
  for (const auto& node : topology.switches) place_group(node.name, true);
  if (topology.switches.empty()) place_group("", false);
  return layout;
}

std::string short_name(const std::string& name) {
  const auto plain = plain_line(name);
  if (width_of(plain) <= kNameCharacters) return escape_html(plain);
  return escape_html(last_lines(plain, 1, kNameCharacters - 1));
}

std::string box(const std::string& css_class, const Point& at, const std::string& name,
                const std::string& below, const std::string& title, int radius) {
  return fmt::format(
      "<g class=\"{}\"><title>{}</title>"
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>"
      "<text x=\"{}\" y=\"{}\">{}</text><text class=\"small\" x=\"{}\" y=\"{}\">{}</text></g>\n",
      css_class, escape_html(title), at.x - kBoxWidth / 2, at.y - kBoxHeight / 2, kBoxWidth, kBoxHeight,
      radius, at.x, at.y - 4, short_name(name), at.x, at.y + 15, short_name(below));
}

std::string draw_links(const scenario::Topology& topology, const Layout& layout) {
  std::string svg;
  for (const auto& link : topology.links) {
    const auto from = layout.machines.find(link.machine);
    const auto to = layout.switches.find(link.switch_name);
    if (from == layout.machines.end() || to == layout.switches.end()) continue;
    svg +=
        fmt::format("<line class=\"link\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"><title>{}</title></line>\n",
                    from->second.x, from->second.y, to->second.x, to->second.y,
                    escape_html(fmt::format("{} {} – {}, {}, {}, MTU {}", link.machine, link.interface,
                                            link.switch_name, link.address, link.mac, link.mtu_bytes)));
  }
  return svg;
}

std::string draw_boxes(const scenario::Topology& topology, const Layout& layout) {
  std::map<std::string, std::string> addresses;
  for (const auto& link : topology.links) addresses.emplace(link.machine, link.address);
  std::string svg;
  for (const auto& machine : topology.machines) {
    const bool is_vm = machine.kind == scenario::MachineKind::kVm;
    const auto title = is_vm ? fmt::format("{}: virtual machine, {}, {} MiB", machine.name,
                                           count_of(machine.cpu_count, "CPU"), machine.memory_bytes >> 20)
                             : machine.name + ": network namespace";
    const auto at = layout.machines.find(machine.name);
    if (at == layout.machines.end()) continue;
    svg += box(is_vm ? "machine" : "machine namespace", at->second, machine.name, addresses[machine.name],
               title, 6);
  }
  for (const auto& node : topology.switches) {
    svg += box("switch", layout.switches.at(node.name), node.name, node.type,
               fmt::format("{}: switch of type {}", node.name, node.type), kBoxHeight / 2);
  }
  return svg;
}

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

std::string words_of(const scenario::Iperf3& traffic) {
  auto text = fmt::format("iperf3 over {}, {}{}, {}", traffic.udp ? "UDP" : "TCP",
                          pairs_words(traffic.pairs, traffic.direction),
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
  auto text = fmt::format("ping, {}{}, {} echoes of {} B every {:g} ms",
                          pairs_words(ping.pairs, scenario::Direction::kForward),
                          ping.pairs.size() > 1 ? " one after the other" : "", ping.count, ping.payload_bytes,
                          static_cast<double>(ping.interval.count()));
  if (!ping.during.empty()) text += fmt::format(", during: {}", fmt::join(ping.during, ", "));
  return text;
}

std::string words_of(const scenario::Cpu& cpu) {
  return fmt::format("CPU time of each {} while traffic flows",
                     cpu.per == scenario::CpuPer::kRole ? "role (switch, hypervisors)" : "process");
}

}  // namespace

std::string topology_svg(const scenario::Topology& topology) {
  if (topology.machines.empty() || topology.machines.size() > kMostMachines ||
      topology.switches.size() > kMostSwitches) {
    return "";
  }
  const auto layout = lay_out(topology);
  const int margin = 6;
  const int height = layout.bottom - layout.top + 2 * margin;
  return fmt::format(
      "<svg class=\"topology\" role=\"img\" aria-labelledby=\"topology-title\" viewBox=\"{} {} {} {}\" "
      "style=\"max-width:{}px\"><title id=\"topology-title\">{}</title>\n{}{}</svg>\n",
      0, layout.top - margin, layout.width, height, layout.width, escape_html(topology_words(topology)),
      draw_links(topology, layout), draw_boxes(topology, layout));
}

std::string topology_words(const scenario::Topology& topology) {
  const auto vm_count =
      std::ranges::count(topology.machines, scenario::MachineKind::kVm, &scenario::Machine::kind);
  const auto namespace_count = std::ssize(topology.machines) - vm_count;
  std::vector<std::string> parts;
  if (vm_count > 0) parts.push_back(count_of(vm_count, "virtual machine"));
  if (namespace_count > 0) parts.push_back(count_of(namespace_count, "network namespace"));
  if (topology.switches.size() == 1) parts.push_back("1 switch");
  if (topology.switches.size() > 1) parts.push_back(fmt::format("{} switches", topology.switches.size()));
  return enumerate(parts);
}

std::string measure_words(const scenario::Measure& measure) {
  return measure.name + ": " + std::visit([](const auto& what) { return words_of(what); }, measure.what);
}

}  // namespace banco::report
