// Draws boxes over the links, so that a line that meets a box goes behind it.
#include "harness/report/topology_svg.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "harness/report/format.hh"
#include "harness/report/network_words.hh"
#include "harness/report/text.hh"
#include "harness/report/topology_layout.hh"

namespace banco::report {
namespace {

constexpr std::size_t kMostMachines = 64;
constexpr std::size_t kMostSwitches = 32;
constexpr SlotSize kSlot{130, 88};
constexpr int kBoxWidth = 116;
constexpr int kBoxHeight = 48;
constexpr int kLineHeight = 15;
constexpr int kLabelRoom = 30;  // between rows, where lines have something to say
constexpr std::size_t kNameCharacters = 13;
constexpr std::size_t kSmallCharacters = 17;

// What the style sheet of the page says, in colours of its own.
constexpr const char* kStyle = R"(<style>
svg { background: #fff; font-family: system-ui, sans-serif; }
rect { fill: #fff; stroke: #1c1f24; stroke-width: 1.25; }
.namespace rect { stroke-dasharray: 5 3; }
.router rect { fill: #fdf3e0; }
.switch rect { fill: #eef3f8; stroke: #1f5f99; stroke-width: 2; }
.link { stroke: #6b7280; stroke-width: 1.5; }
.trunk { stroke: #1f5f99; stroke-width: 2.5; }
text { fill: #1c1f24; font-size: 15px; text-anchor: middle; }
.small { fill: #555b66; font-size: 12px; }
.label { fill: #555b66; font-size: 11px; stroke: #fff; stroke-width: 4; paint-order: stroke; }
</style>
)";

std::string shortened(const std::string& text, std::size_t characters) {
  const auto plain = plain_line(text);
  if (width_of(plain) <= characters) return escape_html(plain);
  return escape_html(last_lines(plain, 1, characters - 1));
}

// A network as a drawing in the making.
class Drawing {
 public:
  explicit Drawing(const scenario::Topology& topology) : topology_(topology) {
    const bool has_ipv6 =
        std::ranges::any_of(topology.links, [](const auto& l) { return !l.address.ipv6.empty(); });
    if (has_ipv6) box_height_ += kLineHeight;
    bool has_labels = false;
    for (const auto& link : topology.links) {
      links_[link.machine].push_back(&link);
      ++parallel_[{link.machine, link.switch_name}].count;
      has_labels = has_labels || !words_of(link).empty() || links_[link.machine].size() > 1;
    }
    for (const auto& trunk : topology.trunks) {
      ++parallel_[{trunk.first, trunk.second}].count;
      has_labels = has_labels || !words_of(trunk.mtu_bytes, trunk.vlans).empty();
    }
    layout_ = lay_out(topology,
                      {kSlot.width, kSlot.height + box_height_ - kBoxHeight + (has_labels ? kLabelRoom : 0)});
  }

  std::string svg(const std::string& attributes, const std::string& head) {
    for (const auto& trunk : topology_.trunks) draw(trunk);
    for (const auto& link : topology_.links) draw(link);
    for (const auto& machine : topology_.machines) draw(machine);
    for (const auto& node : topology_.switches) draw(node);
    return fmt::format(
        "<svg{} class=\"topology\" role=\"img\" aria-labelledby=\"topology-title\" viewBox=\"0 0 {} {}\" "
        "style=\"max-width:{}px\"><title id=\"topology-title\">{}</title>\n{}{}{}{}</svg>\n",
        attributes, layout_.width, layout_.height, layout_.width, escape_html(topology_words(topology_)),
        head, lines_, boxes_, labels_);
  }

 private:
  // A line in the making, beside those that join the same two nodes.
  struct Line {
    Point from;
    Point to;
    bool second = false;  // every second one says its words elsewhere
  };
  std::optional<Line> next_line(const std::string& first, const std::string& second) {
    const auto from = layout_.at.find(first);
    const auto to = layout_.at.find(second);
    if (from == layout_.at.end() || to == layout_.at.end()) return std::nullopt;
    Parallel& parallel = parallel_[{first, second}];
    const int index = parallel.drawn++;
    const int shift = kBoxWidth * (2 * index - parallel.count + 1) / (2 * parallel.count);
    return Line{
        {from->second.x + shift, from->second.y}, {to->second.x + shift, to->second.y}, index % 2 == 1};
  }

  void draw(const Line& line, const char* css_class, const std::string& title) {
    lines_ +=
        fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"><title>{}</title></line>\n",
                    css_class, line.from.x, line.from.y, line.to.x, line.to.y, escape_html(title));
  }

  // On the line, so far from its start as `part` says.
  void label(const Line& line, double part, const std::string& text) {
    if (text.empty()) return;
    const auto between = [&](int a, int b) { return a + static_cast<int>(part * (b - a)); };
    labels_ +=
        fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>\n", between(line.from.x, line.to.x),
                    between(line.from.y, line.to.y) + 4, escape_html(text));
  }

  void box(const std::string& css_class, const std::string& name, const std::vector<std::string>& below,
           const std::string& title, int radius) {
    const auto found = layout_.at.find(name);
    if (found == layout_.at.end()) return;
    const Point at = found->second;
    boxes_ += fmt::format(
        "<g class=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        css_class, escape_html(title), at.x - kBoxWidth / 2, at.y - box_height_ / 2, kBoxWidth, box_height_,
        radius);
    int y = at.y + 5 - static_cast<int>(below.size()) * kLineHeight / 2;
    boxes_ += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", at.x, y, shortened(name, kNameCharacters));
    for (const std::string& text : below) {
      y += kLineHeight + (text == below.front() ? 3 : 0);
      boxes_ += fmt::format("<text class=\"small\" x=\"{}\" y=\"{}\">{}</text>", at.x, y,
                            shortened(text, kSmallCharacters));
    }
    boxes_ += "</g>\n";
  }

  // What is not as usual.
  static std::string words_of(int mtu_bytes, const std::vector<int>& vlans) {
    std::vector<std::string> words;
    if (!vlans.empty()) words.push_back(fmt::format("VLAN {}", fmt::join(vlans, ", ")));
    if (mtu_bytes != scenario::Link{}.mtu_bytes) words.push_back(fmt::format("MTU {}", mtu_bytes));
    return fmt::format("{}", fmt::join(words, " · "));
  }

  static std::vector<std::string> addresses_of(const scenario::Link& link) {
    std::vector<std::string> addresses;
    for (const auto& address : {link.address.ipv4, link.address.ipv6})
      if (!address.empty()) addresses.push_back(address);
    return addresses;
  }

  static std::string words_of(const scenario::Link& link) {
    return words_of(link.mtu_bytes, link.vlan != 0 ? std::vector<int>{link.vlan} : std::vector<int>{});
  }

  void draw(const scenario::Trunk& trunk) {
    const auto line = next_line(trunk.first, trunk.second);
    if (!line) return;
    draw(*line, "link trunk",
         fmt::format("{} – {}, {}, MTU {}", trunk.first, trunk.second,
                     trunk.vlans.empty() ? "all VLANs" : fmt::format("VLAN {}", fmt::join(trunk.vlans, ", ")),
                     trunk.mtu_bytes));
    label(*line, 0.5, words_of(trunk.mtu_bytes, trunk.vlans));
  }

  void draw(const scenario::Link& link) {
    const auto line = next_line(link.machine, link.switch_name);
    if (!line) return;
    draw(*line, "link",
         fmt::format("{} {} – {}, {}, {}, MTU {}{}", link.machine, link.interface, link.switch_name,
                     fmt::join(addresses_of(link), ", "), link.mac, link.mtu_bytes,
                     link.vlan != 0 ? fmt::format(", VLAN {}", link.vlan) : ""));
    label(*line, 0.66, words_of(link));
    // The box of a machine with several links has no room for their addresses.
    if (links_[link.machine].size() > 1) label(*line, line->second ? 0.5 : 0.36, link.address.ipv4);
  }

  void draw(const scenario::Machine& machine) {
    const auto& links = links_[machine.name];
    const auto below = links.size() == 1 ? addresses_of(*links.front()) : std::vector<std::string>{};
    switch (machine.kind) {
      case scenario::MachineKind::kVm:
        return box("machine", machine.name, below,
                   fmt::format("{}: virtual machine, {}, {} MiB", machine.name,
                               count_of(machine.cpu_count, "CPU"), machine.memory_bytes >> 20),
                   6);
      case scenario::MachineKind::kContainer:
        return box("machine", machine.name, below,
                   fmt::format("{}: container of {}", machine.name, machine.image), 6);
      case scenario::MachineKind::kNamespace:
        return box("machine namespace", machine.name, below, machine.name + ": network namespace", 6);
      case scenario::MachineKind::kRouter:
        return box("machine namespace router", machine.name, {"router"}, machine.name + ": router", 6);
    }
  }

  void draw(const scenario::Switch& node) {
    box("switch", node.name, {node.type + (node.stp ? ", stp" : "")},
        fmt::format("{}: switch of type {}{}", node.name, node.type, node.stp ? " with spanning tree" : ""),
        kBoxHeight / 2);
  }

  const scenario::Topology& topology_;
  int box_height_ = kBoxHeight;
  Layout layout_;
  std::map<std::string, std::vector<const scenario::Link*>> links_;  // of each machine
  struct Parallel {
    int count = 0;
    int drawn = 0;
  };
  std::map<std::pair<std::string, std::string>, Parallel> parallel_;  // lines between the same two nodes
  std::string lines_;
  std::string boxes_;
  std::string labels_;
};

}  // namespace

bool fits_a_page(const scenario::Topology& topology) {
  return !topology.machines.empty() && topology.machines.size() <= kMostMachines &&
         topology.switches.size() <= kMostSwitches;
}

std::string topology_svg(const scenario::Topology& topology) {
  return Drawing(topology).svg("", "");
}

std::string topology_svg_file(const scenario::Topology& topology) {
  return Drawing(topology).svg(" xmlns=\"http://www.w3.org/2000/svg\"", kStyle);
}

}  // namespace banco::report
