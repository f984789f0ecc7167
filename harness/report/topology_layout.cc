#include "harness/report/topology_layout.hh"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>
#include <set>
#include <vector>

namespace banco::report {
namespace {

using Names = std::vector<std::string>;

constexpr int kMostInRow = 4;

// The nodes that a layout is made of: hubs with neighbours, each with machines that have it alone.
struct Graph {
  Names hubs;
  std::map<std::string, Names> neighbours;  // of each hub
  std::map<std::string, Names> leaves;      // of each hub
};

Graph graph_of(const scenario::Topology& topology) {
  Graph graph;
  for (const auto& node : topology.switches) graph.hubs.push_back(node.name);
  const std::set<std::string> switches(graph.hubs.begin(), graph.hubs.end());
  std::map<std::string, Names> plugged;  // into which switches each machine is
  for (const auto& link : topology.links) {
    auto& own = plugged[link.machine];
    if (switches.contains(link.switch_name) && std::ranges::find(own, link.switch_name) == own.end())
      own.push_back(link.switch_name);
  }
  for (const auto& machine : topology.machines) {
    const Names& own = plugged[machine.name];
    if (own.size() == 1) {
      graph.leaves[own.front()].push_back(machine.name);
      continue;
    }
    graph.hubs.push_back(machine.name);
    for (const std::string& name : own) {
      graph.neighbours[machine.name].push_back(name);
      graph.neighbours[name].push_back(machine.name);
    }
  }
  for (const auto& trunk : topology.trunks) {
    graph.neighbours[trunk.first].push_back(trunk.second);
    graph.neighbours[trunk.second].push_back(trunk.first);
  }
  return graph;
}

// The distance of every hub that can be reached to the nearest of `from`.
std::map<std::string, int> distances(Graph& graph, const Names& from) {
  std::map<std::string, int> distance;
  std::deque<std::string> open;
  for (const std::string& name : from) {
    distance[name] = 0;
    open.push_back(name);
  }
  for (; !open.empty(); open.pop_front())
    for (const std::string& next : graph.neighbours[open.front()])
      if (distance.emplace(next, distance[open.front()] + 1).second) open.push_back(next);
  return distance;
}

// Hubs that are joined, in their order. Of each its nodes are placed around (0, 0), the leftmost at half a
// slot.
class Component {
 public:
  Component(Graph& graph, Names hubs, SlotSize slot) : graph_(graph), hubs_(std::move(hubs)), slot_(slot) {
    if (hubs_.size() == 1) {
      place_alone(hubs_.front());
    } else if (is_tree()) {
      place_tree(middle(), "", 0, 0);
    } else if (!place_layers()) {
      place_circle();
    }
  }

  const std::map<std::string, Point>& at() const { return at_; }

 private:
  bool is_tree() {
    std::size_t end_count = 0;
    for (const std::string& hub : hubs_) end_count += graph_.neighbours[hub].size();
    return end_count == 2 * (hubs_.size() - 1);
  }

  // The hub that is nearest to the farthest.
  std::string middle() {
    std::string best;
    int least = 0;
    for (const std::string& hub : hubs_) {
      int farthest = 0;
      for (const auto& [name, distance] : distances(graph_, {hub})) farthest = std::max(farthest, distance);
      if (best.empty() || farthest < least) best = hub;
      if (best == hub) least = farthest;
    }
    return best;
  }

  // Machines in rows away from their switch; every second row is shifted, so that its links pass between the
  // boxes of the row before. Returns the width.
  int place_rows(const Names& names, int left, int y, int columns, int direction) {
    const int count = static_cast<int>(names.size());
    for (int i = 0; i < count; ++i) {
      const int row = i / columns;
      const int in_row = std::min(columns, count - row * columns);
      const int indent = (columns - in_row) * slot_.width / 2;
      const int shift = row % 2 == 1 && in_row == columns ? slot_.width / 2 : 0;
      at_[names[static_cast<std::size_t>(i)]] = {
          left + indent + shift + (i % columns) * slot_.width + slot_.width / 2,
          y + direction * row * slot_.height};
    }
    return columns * slot_.width + (count >= 2 * columns && columns > 0 ? slot_.width / 2 : 0);
  }

  // One switch, half of its machines above and half below.
  void place_alone(const std::string& hub) {
    const Names& leaves = graph_.leaves[hub];
    const int count = static_cast<int>(leaves.size());
    const int columns = std::clamp((count + 1) / 2, 1, kMostInRow);
    const auto half = static_cast<std::ptrdiff_t>((count + 1) / 2);
    place_rows({leaves.begin(), leaves.begin() + half}, 0, -slot_.height, columns, -1);
    place_rows({leaves.begin() + half, leaves.end()}, 0, slot_.height, columns, +1);
    at_[hub] = {columns * slot_.width / 2, 0};
  }

  // The leaves of a hub below it. Returns the width, at least a slot.
  int place_below(const std::string& hub, int left, int y) {
    const Names& leaves = graph_.leaves[hub];
    const int columns = std::clamp(static_cast<int>(leaves.size()), 1, kMostInRow);
    return place_rows(leaves, left, y + slot_.height, columns, +1);
  }

  // Everything below `hub` side by side, and `hub` above the middle of it. Returns the width.
  int place_tree(const std::string& hub, const std::string& parent, int left, int y) {
    int width = 0;
    for (const std::string& child : graph_.neighbours[hub])
      if (child != parent) width += place_tree(child, hub, left + width, y + slot_.height);
    if (width == 0 || !graph_.leaves[hub].empty()) width += place_below(hub, left + width, y);
    at_[hub] = {left + width / 2, y};
    return width;
  }

  // Hubs by how far the next machine is. Nothing when a link joins two of one layer.
  bool place_layers() {
    Names lowest;
    for (const std::string& hub : hubs_)
      if (!graph_.leaves[hub].empty()) lowest.push_back(hub);
    const auto heights = distances(graph_, lowest);
    if (heights.size() < hubs_.size()) return false;
    std::map<int, Names> layers;
    for (const std::string& hub : hubs_) {
      layers[heights.at(hub)].push_back(hub);
      for (const std::string& next : graph_.neighbours[hub])
        if (heights.at(next) == heights.at(hub)) return false;
    }
    int width = 0;
    for (const std::string& hub : lowest) {
      const int own = place_below(hub, width, 0);
      at_[hub] = {width + own / 2, 0};
      width += own;
    }
    // Layers are farther apart where they are wide, or their links could not be told apart.
    const int gap = std::clamp(width / 9, slot_.height * 3 / 2, slot_.height * 4);
    for (const auto& [height, names] : layers) {
      if (height == 0) continue;
      const int count = static_cast<int>(names.size());
      const int step = std::max(width / count, slot_.width);
      for (int i = 0; i < count; ++i) {
        at_[names[static_cast<std::size_t>(i)]] = {i * step + step / 2, -height * gap};
      }
    }
    return true;
  }

  // Each hub takes a part of the circle as wide as its machines need outside of it.
  void place_circle() {
    std::size_t leaf_count = 0;
    std::size_t share_count = 0;
    for (const std::string& hub : hubs_) {
      leaf_count += graph_.leaves[hub].size();
      share_count += std::max<std::size_t>(1, graph_.leaves[hub].size());
    }
    const double diagonal = std::hypot(slot_.width, slot_.height);
    const auto radius_for = [&](std::size_t count) {
      return static_cast<double>(count) * diagonal / (2 * std::numbers::pi);
    };
    const double inner = std::max(radius_for(hubs_.size()) * 1.2, diagonal);
    const double outer = std::max(inner + diagonal, radius_for(share_count) * 1.1);
    const double share = 2 * std::numbers::pi / static_cast<double>(share_count);
    const auto point = [](double radius, double angle) {
      return Point{static_cast<int>(std::lround(radius * std::sin(angle))),
                   static_cast<int>(std::lround(-radius * std::cos(angle)))};
    };
    const double hub_share = 2 * std::numbers::pi / static_cast<double>(hubs_.size());
    const bool even = leaf_count % hubs_.size() == 0;
    double begin = even ? -share * static_cast<double>(share_count / hubs_.size() - 1) / 2 : 0;
    for (std::size_t i = 0; i < hubs_.size(); ++i) {
      const Names& leaves = graph_.leaves[hubs_[i]];
      at_[hubs_[i]] = point(inner, static_cast<double>(i) * hub_share);
      for (std::size_t j = 0; j < leaves.size(); ++j)
        at_[leaves[j]] = point(outer, begin + static_cast<double>(j) * share);
      begin += share * static_cast<double>(std::max<std::size_t>(1, leaves.size()));
    }
    int left = 0;
    for (const auto& [name, at] : at_) left = std::min(left, at.x);
    for (auto& [name, at] : at_) at.x += slot_.width / 2 - left;
  }

  Graph& graph_;
  Names hubs_;
  SlotSize slot_;
  std::map<std::string, Point> at_;
};

}  // namespace

Layout lay_out(const scenario::Topology& topology, SlotSize slot) {
  Graph graph = graph_of(topology);
  Layout layout;
  std::set<std::string> done;
  int left = 0;
  for (const std::string& hub : graph.hubs) {
    if (done.contains(hub)) continue;
    const auto joined = distances(graph, {hub});
    Names members;
    for (const std::string& name : graph.hubs)
      if (joined.contains(name)) members.push_back(name);
    done.insert(members.begin(), members.end());
    int right = left;
    const Component component(graph, members, slot);
    for (const auto& [name, at] : component.at()) {
      layout.at[name] = {left + at.x, at.y};
      right = std::max(right, left + at.x + slot.width / 2);
    }
    left = right;
  }
  int top = 0;
  int bottom = 0;
  for (const auto& [name, at] : layout.at) {
    top = std::min(top, at.y);
    bottom = std::max(bottom, at.y);
  }
  for (auto& [name, at] : layout.at) at.y += slot.height / 2 - top;
  layout.width = left;
  layout.height = bottom - top + slot.height;
  return layout;
}

}  // namespace banco::report
