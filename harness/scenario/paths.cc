#include "harness/scenario/paths.hh"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>

#include "harness/scenario/address.hh"

namespace banco::scenario {

namespace {

constexpr const char* kDefault = "default";

// The routes of one family, in the order of the segments.
std::vector<Route> routes_of(const std::map<std::size_t, Paths::Way>& ways,
                             const std::vector<Segment>& segments, const Topology& topology, Family family) {
  std::vector<Route> routes;
  std::set<std::string> gateways;
  for (const auto& [number, way] : ways) {
    if (way.gateway == nullptr) continue;
    const std::string& there = topology.links[segments[number].links.front()].address.of(family);
    const std::string& gateway = way.gateway->address.of(family);
    if (there.empty() || gateway.empty()) continue;
    routes.push_back({address_text(parse_address(there).network()), host_text(parse_address(gateway))});
    gateways.insert(routes.back().gateway);
  }
  if (gateways.size() == 1) return {{kDefault, *gateways.begin()}};
  return routes;
}

// A route that the file says: its gateway must be a neighbour, of the same family as its destination.
void check_route(const Machine& machine, const Route& route, const Topology& topology,
                 const Reading& reading) {
  const Address gateway = parse_host(route.gateway);
  if (route.destination != kDefault && parse_network(route.destination).family != gateway.family) {
    reading.fail(machine.where,
                 fmt::format("the route of {} to {} goes via {}, an address of the other family",
                             machine.name, route.destination, route.gateway));
  }
  for (const Link& link : topology.links) {
    const std::string& own = link.address.of(gateway.family);
    if (link.machine == machine.name && !own.empty() && parse_address(own).overlaps(gateway)) return;
  }
  reading.fail(machine.where,
               fmt::format("the route of {} to {} goes via {}, which is in none of its networks",
                           machine.name, route.destination, route.gateway));
}

// Two segments with one network could not be told apart by any route.
void check_networks(const Topology& topology, const std::vector<Segment>& segments, const Reading& reading) {
  std::map<Address, const Segment*> known;  // ascending, so that what overlaps stands side by side
  for (const Segment& segment : segments) {
    const Link& link = topology.links[segment.links.front()];
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      const std::string& address = link.address.of(family);
      if (address.empty()) continue;
      const Address network = parse_address(address).network();
      const auto [at, added] = known.emplace(network, &segment);
      const auto other = !added ? at
                         : std::next(at) != known.end() && std::next(at)->first.overlaps(network)
                             ? std::next(at)
                         : at != known.begin() && std::prev(at)->first.overlaps(network) ? std::prev(at)
                                                                                         : known.end();
      if (other == known.end()) continue;
      reading.fail(link.where,
                   fmt::format("the network {} of {} is that of {} too, and no router could tell them apart",
                               address_text(network), segment.words(), other->second->words()));
    }
  }
}

}  // namespace

Paths::Paths(const Topology& topology)
    : topology_(topology),
      segments_(segments_of(topology)),
      segment_of_link_(topology.links.size()),
      router_links_(segments_.size()) {
  std::set<std::string> routers;
  for (const Machine& machine : topology.machines)
    if (machine.kind == MachineKind::kRouter) routers.insert(machine.name);
  for (std::size_t i = 0; i < topology.links.size(); ++i)
    links_of_machine_[topology.links[i].machine].push_back(i);
  for (std::size_t number = 0; number < segments_.size(); ++number) {
    for (const std::size_t link : segments_[number].links) {
      segment_of_link_[link] = number;
      if (routers.contains(topology.links[link].machine)) router_links_[number].push_back(link);
    }
  }
}

std::map<std::size_t, Paths::Way> Paths::ways_from(const std::string& machine) const {
  std::map<std::size_t, Way> ways;
  std::deque<std::size_t> open;
  std::set<std::string> passed{machine};
  for (const std::size_t link : links_of_machine_.at(machine))
    if (ways.emplace(segment_of_link_[link], Way{}).second) open.push_back(segment_of_link_[link]);
  for (; !open.empty(); open.pop_front()) {
    const Way here = ways.at(open.front());
    for (const std::size_t entrance : router_links_[open.front()]) {
      const Link& router = topology_.links[entrance];
      if (!passed.insert(router.machine).second) continue;
      const Way beyond{here.router_count + 1, here.gateway != nullptr ? here.gateway : &router};
      for (const std::size_t exit : links_of_machine_.at(router.machine))
        if (ways.emplace(segment_of_link_[exit], beyond).second) open.push_back(segment_of_link_[exit]);
    }
  }
  return ways;
}

const Link* Paths::link_to(const std::string& server, const std::string& client) const {
  const auto ways = ways_from(client);
  const Link* best = nullptr;
  std::size_t fewest = 0;
  for (const std::size_t link : links_of_machine_.at(server)) {
    const auto way = ways.find(segment_of_link_[link]);
    if (way == ways.end() || (best != nullptr && way->second.router_count >= fewest)) continue;
    best = &topology_.links[link];
    fewest = way->second.router_count;
  }
  return best;
}

void give_routes(Topology& topology, const Reading& reading) {
  const auto is_router = [](const Machine& machine) { return machine.kind == MachineKind::kRouter; };
  const bool routed = std::any_of(topology.machines.begin(), topology.machines.end(), is_router);
  const Paths paths(topology);
  if (routed) check_networks(topology, paths.segments(), reading);
  for (Machine& machine : topology.machines) {
    for (const Route& route : machine.routes) check_route(machine, route, topology, reading);
    if (!machine.routes.empty() || !routed) continue;
    const auto ways = paths.ways_from(machine.name);
    for (const Family family : {Family::kIpv4, Family::kIpv6})
      for (Route& route : routes_of(ways, paths.segments(), topology, family))
        machine.routes.push_back(std::move(route));
  }
}

}  // namespace banco::scenario
