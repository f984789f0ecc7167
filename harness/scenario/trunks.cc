// What switches and the trunks between them can carry.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "harness/scenario/segments.hh"
#include "harness/scenario/switch_abilities.hh"
#include "harness/scenario/topology.hh"

namespace banco::scenario {

namespace {

class TrunkChecker {
 public:
  TrunkChecker(Topology& topology, const Reading& reading) : topology_(topology), reading_(reading) {
    for (const Switch& node : topology_.switches) switches_[node.name] = &node;
  }

  void check() {
    check_spanning_tree();
    check_loops();
    check_vlans();
    give_mtus();
    check_mtus();
  }

 private:
  const SwitchAbilities& abilities(const std::string& name) const {
    return abilities_of(switches_.at(name)->type);
  }

  void check_spanning_tree() const {
    for (const Switch& node : topology_.switches) {
      if (!node.stp || abilities_of(node.type).spanning_tree) continue;
      reading_.fail(node.where, fmt::format("{} of type {} has no spanning tree; {} have", node.name,
                                            node.type, types_that(&SwitchAbilities::spanning_tree)));
    }
  }

  // Grows a forest, trunk by trunk; one that joins what is joined already closes a loop.
  void check_loops() {
    std::map<std::string, std::vector<std::string>> neighbours;
    std::map<std::string, std::string> tree;  // of each switch, by one of its switches
    for (const Switch& node : topology_.switches) tree[node.name] = node.name;
    for (const Trunk& trunk : topology_.trunks) {
      if (tree.at(trunk.first) == tree.at(trunk.second)) {
        check_loop(trunk, way_between(trunk.first, trunk.second, neighbours));
        continue;
      }
      const std::string from = tree.at(trunk.second);
      for (auto& [name, root] : tree)
        if (root == from) root = tree.at(trunk.first);
      neighbours[trunk.first].push_back(trunk.second);
      neighbours[trunk.second].push_back(trunk.first);
    }
  }

  // The switches of the forest from one to the other, both included.
  static std::vector<std::string> way_between(const std::string& first, const std::string& last,
                                              std::map<std::string, std::vector<std::string>>& neighbours) {
    std::map<std::string, std::string> before{{last, last}};
    for (std::deque<std::string> open{last}; !before.contains(first); open.pop_front())
      for (const std::string& next : neighbours[open.front()])
        if (before.emplace(next, open.front()).second) open.push_back(next);
    std::vector<std::string> way{first};
    while (way.back() != last) way.push_back(before.at(way.back()));
    return way;
  }

  void check_loop(const Trunk& trunk, const std::vector<std::string>& way) const {
    constexpr std::size_t kNamed = 8;
    std::string names = way.front();
    for (std::size_t i = 1; i < way.size(); ++i)
      names += i < kNamed ? (i + 1 == way.size() ? " and " : ", ") + way[i] : i == kNamed ? ", …" : "";
    for (const std::string& name : way) {
      const Switch& node = *switches_.at(name);
      if (node.stp) continue;
      const std::string cure =
          abilities_of(node.type).spanning_tree
              ? fmt::format("{} has no spanning tree: give it stp: true, or leave a link out", name)
              : fmt::format("{} of type {} has no spanning tree: leave a link out", name, node.type);
      reading_.fail(trunk.where, fmt::format("this closes a loop of the switches {}, and {}", names, cure));
    }
    const std::string& type = switches_.at(way.front())->type;
    for (const std::string& name : way) {
      if (switches_.at(name)->type == type) continue;
      reading_.fail(trunk.where,
                    fmt::format("this closes a loop of the switches {}, and the spanning trees of {} and {} "
                                "do not understand each other: leave a link out",
                                names, type, switches_.at(name)->type));
    }
  }

  void check_vlans() const {
    const auto vlans = vlans_of_switches(topology_);
    for (const Switch& node : topology_.switches) {
      if (vlans.at(node.name).empty() || abilities_of(node.type).vlans) continue;
      reading_.fail(node.where, fmt::format("VLAN {} comes to {} of type {}, which knows no VLANs; {} do",
                                            vlans.at(node.name).front(), node.name, node.type,
                                            types_that(&SwitchAbilities::vlans)));
    }
  }

  void give_mtus() {
    std::map<std::string, int> largest;  // of each switch, with those behind its trunks
    for (const Link& link : topology_.links)
      largest[link.switch_name] = std::max(largest[link.switch_name], link.mtu_bytes);
    for (bool grown = true; grown;) {
      grown = false;
      for (const Trunk& trunk : topology_.trunks) {
        int& first = largest[trunk.first];
        int& second = largest[trunk.second];
        const int through = std::max(first, second);
        if (trunk.mtu_bytes != 0 || (first == through && second == through)) continue;
        first = second = through;
        grown = true;
      }
    }
    for (Trunk& trunk : topology_.trunks)
      if (trunk.mtu_bytes == 0)
        trunk.mtu_bytes = largest[trunk.first] != 0 ? largest[trunk.first] : Trunk{}.mtu_bytes;
  }

  void check_mtus() const {
    const auto check = [&](const std::string& name, int mtu_bytes, Position where) {
      const SwitchAbilities& can = abilities(name);
      if (mtu_bytes <= can.mtu_limit_bytes) return;
      reading_.fail(where, fmt::format("an MTU of {} is more than {} of type {} carries: {}", mtu_bytes, name,
                                       can.type, can.mtu_limit_bytes));
    };
    for (const Link& link : topology_.links) check(link.switch_name, link.mtu_bytes, link.where);
    for (const Trunk& trunk : topology_.trunks) {
      check(trunk.first, trunk.mtu_bytes, trunk.where);
      check(trunk.second, trunk.mtu_bytes, trunk.where);
    }
  }

  Topology& topology_;
  const Reading& reading_;
  std::map<std::string, const Switch*> switches_;
};

}  // namespace

void check_trunks(Topology& topology, const Reading& reading) {
  TrunkChecker(topology, reading).check();
}

}  // namespace banco::scenario
