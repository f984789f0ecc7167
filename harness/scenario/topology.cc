// Nodes and links of one cell. What links are given is in addresses.cc.
#include "harness/scenario/topology.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/scenario/impairments.hh"
#include "harness/scenario/names.hh"
#include "harness/scenario/paths.hh"
#include "harness/scenario/switch_abilities.hh"
#include "harness/scenario/topology_shapes.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

// The state of one topology in the making.
class TopologyBuilder {
 public:
  TopologyBuilder(TopologyEntry entry, Reading& reading) : entry_(std::move(entry)), reading_(reading) {}

  Topology build() {
    for (const NodeEntry& node : entry_.nodes) add_node(node);
    for (const LinkEntry& link : entry_.links) add_link(link);
    check_all_linked();
    place_node_addresses();
    check_trunks(topology_, reading_);
    give_interfaces(topology_, reading_);
    give_addresses(topology_, entry_.addressing, reading_);
    give_routes(topology_, reading_);
    return std::move(topology_);
  }

 private:
  struct End {
    std::vector<std::string> names;
    std::string interface;  // empty: the next free one
    bool is_switch = false;
  };

  void add_node(const NodeEntry& node) {
    const auto names = reading_.at(node.where, [&] { return expand_range(node.pattern); });
    reading_.spend(names.size(), node.where);
    for (const std::string& name : names) {
      if (!known_.insert(name).second) {
        reading_.fail(node.where, fmt::format("the node {} exists already", base::in_quotes(name)));
      }
      names_.push_back(name);
      if (names_.size() > kNodeLimit) {
        reading_.fail(node.where, fmt::format("a cell has at most {} nodes", kNodeLimit));
      }
      std::visit([&](const auto& what) { add(name, node.where, what); }, node.what);
    }
  }

  void add(const std::string& name, Position where, const MachineEntry& entry) {
    if (entry.kind == MachineKind::kVm) check_guest(where, entry);
    Machine machine = entry;
    machine.name = name;
    machine.where = where;
    topology_.machines.push_back(std::move(machine));
    if (entry.kind != MachineKind::kVm) namespaces_.insert(name);
    if (!entry.address.empty()) node_addresses_[name] = entry.address;
  }

  void check_guest(Position where, const Machine& guest) {
    if (is_path(guest.image) && !guest.append.empty())
      reading_.fail(where,
                    fmt::format("the kernel of {} has its command line from a boot loader of its own, and "
                                "takes no `append`",
                                guest.image));
    if (!is_path(guest.image) && !(guest.user + guest.password).empty())
      reading_.fail(
          where, fmt::format("nobody logs in to the image {}; `user` and `password` are for disks of yours",
                             guest.image));
  }

  void add(const std::string& name, Position where, const SwitchEntry& entry) {
    Switch added = entry;
    added.name = name;
    added.where = where;
    topology_.switches.push_back(std::move(added));
    switches_.insert(name);
    abilities_[name] = &abilities_of(entry.type);
  }

  void add_link(const LinkEntry& link) {
    auto [first, second] = ends(link);
    if (!first.is_switch && !second.is_switch)
      reading_.fail(link.where, "this joins two machines; put a switch between them");
    for (const End& end : {first, second})
      if (end.is_switch && !end.interface.empty())
        reading_.fail(link.where, "only a machine's end names an interface");
    reading_.spend(first.names.size() * second.names.size(), link.where);
    if (first.is_switch && second.is_switch) return add_trunks(link, first, second);
    if (first.is_switch) std::swap(first, second);
    add_links(link, first, second);
  }

  void add_links(const LinkEntry& link, const End& machine, const End& node) {
    const std::size_t count = machine.names.size() * node.names.size();
    if (!link.address.empty() && count != 1) {
      reading_.fail(link.where, fmt::format("one address cannot serve the {} links made here", count));
    }
    if (link.vlans.size() > 1)
      reading_.fail(link.where, "a machine's link is in one VLAN; only links between switches carry several");
    for (const std::string& name : machine.names) {
      for (const std::string& switch_name : node.names) {
        const SwitchAbilities& abilities = *abilities_.at(switch_name);
        const bool is_guest = !namespaces_.contains(name);
        if (!(is_guest ? abilities.guests : abilities.namespaces)) {
          reading_.fail(
              link.where,
              fmt::format("{} is {} virtual machine; the switch {} of type {} is {} and takes none {} those",
                          name, is_guest ? "a" : "no", switch_name, abilities.type, abilities.place,
                          is_guest ? "of" : "but"));
        }
        Link& added = topology_.links.emplace_back();
        added.machine = name;
        added.interface = machine.interface;
        added.switch_name = switch_name;
        added.address = link.address;
        added.mtu_bytes = link.mtu_bytes.value_or(added.mtu_bytes);
        added.vlan = link.vlans.empty() ? 0 : link.vlans.front();
        added.capture = link.capture;
        added.impairments = link.impairments;
        if (link.impairments)
          reading_.at(link.where, [&] {
            check_ends(*link.impairments, name, switch_name);
            check_place_for_wire(*std::ranges::find(topology_.switches, switch_name, &Switch::name));
          });
        added.where = link.where;
      }
    }
  }

  void add_trunks(const LinkEntry& link, const End& one, const End& other) {
    if (!link.address.empty()) reading_.fail(link.where, "a link between switches has no address");
    for (const std::string& first : one.names) {
      for (const std::string& second : other.names) {
        if (first == second) reading_.fail(link.where, fmt::format("this joins {} to itself", first));
        for (const std::string& name : {first, second}) {
          if (abilities_.at(name)->trunks) continue;
          reading_.fail(link.where, fmt::format("{} of type {} is {} and cannot be joined to another switch",
                                                name, abilities_.at(name)->type, abilities_.at(name)->place));
        }
        if (link.impairments) reading_.at(link.where, [&] { check_ends(*link.impairments, first, second); });
        topology_.trunks.push_back(
            {first, second, link.mtu_bytes.value_or(0), link.vlans, link.impairments, link.where});
      }
    }
  }

  std::pair<End, End> ends(const LinkEntry& link) {
    if (link.endpoints.size() == 2) return {end(link.endpoints[0]), end(link.endpoints[1])};
    return divide(link.endpoints.at(0));
  }

  End end(const Located& endpoint) {
    return reading_.at(endpoint.where, [&] { return parse_end(endpoint.text, endpoint.where); });
  }

  // Throws std::invalid_argument when no node is meant.
  End parse_end(std::string_view text, Position where) {
    End result;
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos) result.interface = text.substr(colon + 1);
    result.names = select_names(text.substr(0, colon), names_);
    const auto switch_count =
        std::count_if(result.names.begin(), result.names.end(),
                      [&](const std::string& name) { return switches_.contains(name); });
    result.is_switch = switch_count > 0;
    if (result.is_switch && static_cast<std::size_t>(switch_count) != result.names.size()) {
      reading_.fail(where, fmt::format("{} matches machines and switches; name one kind of node",
                                       base::in_quotes(text)));
    }
    return result;
  }

  // `a-sw`. Names may hold `-` too: the one division that leaves a whole name on one side is meant.
  std::pair<End, End> divide(const Located& link) {
    const std::string& text = link.text;
    std::vector<std::size_t> dashes;
    for (auto dash = text.find('-'); dash != std::string::npos; dash = text.find('-', dash + 1)) {
      if (known_.contains(text.substr(0, dash)) || known_.contains(text.substr(dash + 1)))
        dashes.push_back(dash);
    }
    if (dashes.size() != 1) {
      reading_.fail(link.where,
                    fmt::format("{} is not a link such as vm1-sw between two nodes; if it is, write "
                                "{{endpoints: [vm1, sw]}}",
                                base::in_quotes(text)));
    }
    return {end({text.substr(0, dashes[0]), link.where}), end({text.substr(dashes[0] + 1), link.where})};
  }

  void place_node_addresses() {
    std::map<std::string, std::vector<Link*>> links;
    for (Link& link : topology_.links) links[link.machine].push_back(&link);
    for (const Machine& machine : topology_.machines) {
      const auto address = node_addresses_.find(machine.name);
      if (address == node_addresses_.end()) continue;
      const auto& own = links[machine.name];
      if (own.size() > 1 || (own.size() == 1 && !own[0]->address.empty())) {
        reading_.fail(machine.where, fmt::format("the address of {} must stand on its links: it has {}",
                                                 machine.name, own.size() > 1 ? "several" : "one there"));
      }
      if (own.size() == 1) own[0]->address = address->second;
    }
  }

  void check_all_linked() {
    std::set<std::string> linked;
    for (const Link& link : topology_.links) linked.insert({link.machine, link.switch_name});
    for (const Trunk& trunk : topology_.trunks) linked.insert({trunk.first, trunk.second});
    const auto check = [&](const auto& node) {
      if (linked.contains(node.name)) return;
      reading_.fail(node.where, fmt::format("the node {} has no link", base::in_quotes(node.name)));
    };
    for (const Machine& machine : topology_.machines) check(machine);
    for (const Switch& joined : topology_.switches) check(joined);
  }

  TopologyEntry entry_;
  Reading& reading_;
  Topology topology_;
  std::vector<std::string> names_;
  std::set<std::string> known_;
  std::set<std::string> switches_;
  std::map<std::string, const SwitchAbilities*> abilities_;  // of each switch
  std::set<std::string> namespaces_;                         // routers too
  std::map<std::string, Addresses> node_addresses_;
};

}  // namespace

Machine DefaultsEntry::machine(MachineKind of_kind) const {
  Machine machine;
  machine.kind = of_kind;
  if (!has_image(of_kind)) return machine;
  machine.image = image;
  if (of_kind == MachineKind::kContainer) {
    machine.cpu_limit = cpu_count;
    machine.memory_limit_bytes = memory_bytes;
    return machine;
  }
  machine.cpu_count = cpu_count.value_or(machine.cpu_count);
  machine.memory_bytes = memory_bytes.value_or(machine.memory_bytes);
  machine.append = append;
  return machine;
}

Topology make_topology(const TopologyEntry& entry, Reading& reading) {
  return TopologyBuilder(expand_shape(entry, reading), reading).build();
}

}  // namespace banco::scenario
