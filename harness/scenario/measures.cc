// Measures of one cell: who talks to whom, and which measure refers to which.
#include "harness/scenario/measures.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/scenario/paths.hh"
#include "harness/scenario/shapes.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

using Names = std::vector<std::string>;

std::vector<Pair> neighbours(const Names& names, Position where, const Reading& reading) {
  if (names.size() % 2 != 0) {
    reading.fail(where,
                 fmt::format("neighbours needs an even number of machines, and there are {}: {} has none",
                             names.size(), names.back()));
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i + 1 < names.size(); i += 2) pairs.push_back({names[i], names[i + 1]});
  return pairs;
}

std::vector<Pair> ring(const Names& names) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < names.size(); ++i) pairs.push_back({names[i], names[(i + 1) % names.size()]});
  return pairs;
}

std::vector<Pair> star(const Names& names) {
  std::vector<Pair> pairs;
  for (std::size_t i = 1; i < names.size(); ++i) pairs.push_back({names[i], names[0]});
  return pairs;
}

std::vector<Pair> all(const Names& names) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) pairs.push_back({names[i], names[j]});
  }
  return pairs;
}

// The state of one cell's measures in the making.
class MeasureBuilder {
 public:
  MeasureBuilder(const Topology& topology, Reading& reading) : reading_(reading), paths_(topology) {
    for (const Machine& machine : topology.machines) {
      machines_.push_back(machine.name);
      if (machine.kind != MachineKind::kRouter) hosts_.push_back(machine.name);
    }
  }

  Measure build(const MeasureEntry& entry) {
    Measure measure;
    measure.where = entry.where;
    measure.name = entry.name.empty() ? default_name(entry) : entry.name;
    if (measure.name == "idle")
      reading_.fail(entry.where, "a measure cannot be called idle: `during` means rest by it");
    if (!names_.insert(measure.name).second) {
      reading_.fail(entry.where, fmt::format("there are two measures called {}; give one a name of its own",
                                             base::in_quotes(measure.name)));
    }
    if (entry.iperf3) {
      measure.what = make_iperf3(*entry.iperf3);
      traffic_.push_back(measure.name);
    } else if (entry.ping) {
      measure.what = make_ping(*entry.ping);
    } else if (entry.dd) {
      Dd dd = *entry.dd;
      dd.pairs = make_pairs(entry.dd->who, dd.family);
      measure.what = std::move(dd);
    } else {
      measure.what = *entry.cpu;
    }
    return measure;
  }

 private:
  static std::string default_name(const MeasureEntry& entry) {
    if (entry.iperf3) return entry.iperf3->udp ? "udp" : "tcp";
    if (entry.ping) return "rtt";
    return entry.dd ? "dd" : "cpu";
  }

  Iperf3 make_iperf3(const Iperf3Entry& entry) {
    Iperf3 iperf3 = entry;
    iperf3.pairs = make_pairs(entry.who, entry.family);
    iperf3.rate = entry.speed;
    if (!iperf3.rate.of.empty()) check_traffic(iperf3.rate.of, entry.speed.where);
    return iperf3;
  }

  Ping make_ping(const PingEntry& entry) {
    Ping ping = entry;
    ping.pairs = make_pairs(entry.who, entry.family);
    for (const Located& moment : entry.along) {
      if (moment.text != "idle") check_traffic(moment.text, moment.where);
      if (std::find(ping.during.begin(), ping.during.end(), moment.text) != ping.during.end()) {
        reading_.fail(moment.where, fmt::format("{} stands twice in `during`", base::in_quotes(moment.text)));
      }
      ping.during.push_back(moment.text);
    }
    check_cold(ping, entry.who.where);
    return ping;
  }

  // Idle pings come before all else, in their order.
  void check_cold(const Ping& ping, Position where) {
    const bool is_idle = std::find(ping.during.begin(), ping.during.end(), "idle") != ping.during.end();
    if (ping.is_cold && ping.during != std::vector<std::string>{"idle"})
      reading_.fail(
          where, "pairs of a `cold` ping have not heard of each other, so it is only for `during: [idle]`");
    if (ping.is_cold && ping.count < 2)
      reading_.fail(where,
                    "a `cold` ping sets its first packet against later ones: give it a `count` of 2 or more");
    for (const Pair& pair : ping.pairs) {
      const auto is_its = [&](const Pair& other) {
        return other == pair || other == Pair{.client = pair.server, .server = pair.client};
      };
      if (ping.is_cold && std::any_of(asked_.begin(), asked_.end(), is_its))
        reading_.fail(
            where,
            fmt::format("{} and {} have heard of each other by an earlier ping: put the `cold` one first",
                        pair.client, pair.server));
      if (is_idle) asked_.push_back(pair);
    }
  }

  void check_traffic(const std::string& name, Position where) const {
    if (std::find(traffic_.begin(), traffic_.end(), name) != traffic_.end()) return;
    reading_.fail(where, fmt::format("no iperf3 measure before this one is called {}{}",
                                     base::in_quotes(name), base::suggestion(name, traffic_)));
  }

  std::vector<Pair> make_pairs(const PairsEntry& entry, Family family) {
    std::vector<Pair> pairs = entry.shape == PairShape::kList ? listed_pairs(entry) : shaped_pairs(entry);
    reading_.spend(pairs.size(), entry.where);
    for (const Pair& pair : pairs) check_path(pair, family, entry.where);
    return pairs;
  }

  void check_path(const Pair& pair, Family family, Position where) const {
    const Link* const there = paths_.link_to(pair.server, pair.client);
    const Link* const back = paths_.link_to(pair.client, pair.server);
    if (there == nullptr || back == nullptr) {
      reading_.fail(
          where, fmt::format("{} and {} are not joined: no switch in common, no trunk and no router between "
                             "their switches",
                             pair.client, pair.server));
    }
    if (there->address.of(family).empty() || back->address.of(family).empty()) {
      reading_.fail(where, fmt::format("{} and {} have no IPv6 addresses; give the topology "
                                       "addressing: {{ipv6: fd00::/48}}",
                                       pair.client, pair.server));
    }
  }

  std::vector<Pair> shaped_pairs(const PairsEntry& entry) const {
    const std::size_t count = hosts_.size();
    if (count < 2)
      reading_.fail(entry.where, fmt::format("pairs need two machines, and there are {}", count));
    if (entry.shape == PairShape::kAll && count * (count - 1) / 2 > kPairLimit) {
      reading_.fail(entry.where, fmt::format("all pairs of {} machines are more than {}", count, kPairLimit));
    }
    switch (entry.shape) {
      case PairShape::kNeighbours:
        return neighbours(hosts_, entry.where, reading_);
      case PairShape::kRing:
        return ring(hosts_);
      case PairShape::kStar:
        return star(hosts_);
      default:
        return all(hosts_);
    }
  }

  std::vector<Pair> listed_pairs(const PairsEntry& entry) const {
    std::vector<Pair> pairs;
    std::set<std::pair<std::string, std::string>> known;
    for (const auto& [pair, where] : entry.list) {
      for (const std::string& name : {pair.client, pair.server}) {
        if (std::find(machines_.begin(), machines_.end(), name) != machines_.end()) continue;
        reading_.fail(where, fmt::format("there is no machine {}{}", base::in_quotes(name),
                                         base::suggestion(name, machines_)));
      }
      if (pair.client == pair.server) {
        reading_.fail(where, fmt::format("{} cannot be paired with itself", pair.client));
      }
      if (!known.emplace(pair.client, pair.server).second) {
        reading_.fail(where, fmt::format("the pair {}, {} stands twice", pair.client, pair.server));
      }
      pairs.push_back(pair);
    }
    return pairs;
  }

  Reading& reading_;
  Names machines_;
  Names hosts_;  // machines that are no routers
  Paths paths_;
  std::set<std::string> names_;
  Names traffic_;            // iperf3 measures so far
  std::vector<Pair> asked_;  // by idle pings so far
};

}  // namespace

std::vector<Measure> make_measures(const std::vector<MeasureEntry>& entries, const Topology& topology,
                                   Reading& reading) {
  MeasureBuilder builder(topology, reading);
  std::vector<Measure> measures;
  for (const MeasureEntry& entry : entries) measures.push_back(builder.build(entry));
  return measures;
}

}  // namespace banco::scenario
