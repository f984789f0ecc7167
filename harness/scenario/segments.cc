#include "harness/scenario/segments.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace banco::scenario {

namespace {

// Sets that grow together (union-find).
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }

  std::size_t find(std::size_t element) {
    while (parent_[element] != element) element = parent_[element] = parent_[parent_[element]];
    return element;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

std::map<std::string, std::size_t> number(const std::vector<Switch>& switches) {
  std::map<std::string, std::size_t> numbers;
  for (const Switch& node : switches) numbers.emplace(node.name, numbers.size());
  return numbers;
}

}  // namespace

std::string Segment::words() const {
  return vlan == 0 ? "the switch " + switch_name : fmt::format("VLAN {} of the switch {}", vlan, switch_name);
}

std::vector<Segment> segments_of(const Topology& topology) {
  const auto switches = number(topology.switches);
  std::map<int, std::size_t> vlans;  // the place of each among those in use
  for (const Link& link : topology.links) vlans.emplace(link.vlan, 0);
  std::size_t place = 0;
  for (auto& [vlan, at] : vlans) at = place++;
  const auto vertex = [&](const std::string& name, int vlan) {
    return switches.at(name) * vlans.size() + vlans.at(vlan);
  };
  Sets sets(switches.size() * vlans.size());
  for (const Trunk& trunk : topology.trunks) {
    for (const auto& [vlan, at] : vlans) {
      const bool passes =
          trunk.vlans.empty() || std::find(trunk.vlans.begin(), trunk.vlans.end(), vlan) != trunk.vlans.end();
      if (passes) sets.join(vertex(trunk.first, vlan), vertex(trunk.second, vlan));
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> links;  // of each set
  for (std::size_t i = 0; i < topology.links.size(); ++i) {
    const Link& link = topology.links[i];
    links[sets.find(vertex(link.switch_name, link.vlan))].push_back(i);
  }
  std::vector<Segment> segments;
  for (const Switch& node : topology.switches) {
    for (const auto& [vlan, at] : vlans) {
      const auto own = links.find(sets.find(vertex(node.name, vlan)));
      if (own == links.end()) continue;
      segments.push_back({node.name, vlan, std::move(own->second)});
      links.erase(own);
    }
  }
  return segments;
}

std::map<std::string, std::vector<int>> vlans_of_switches(const Topology& topology) {
  const auto switches = number(topology.switches);
  Sets sets(switches.size());
  for (const Trunk& trunk : topology.trunks) sets.join(switches.at(trunk.first), switches.at(trunk.second));
  std::map<std::size_t, std::set<int>> used;
  for (const Link& link : topology.links)
    if (link.vlan != 0) used[sets.find(switches.at(link.switch_name))].insert(link.vlan);
  for (const Trunk& trunk : topology.trunks)
    used[sets.find(switches.at(trunk.first))].insert(trunk.vlans.begin(), trunk.vlans.end());
  std::map<std::string, std::vector<int>> result;
  for (const auto& [name, index] : switches) {
    const auto& vlans = used[sets.find(index)];
    result[name].assign(vlans.begin(), vlans.end());
  }
  return result;
}

}  // namespace banco::scenario
