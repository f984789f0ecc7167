// What links are given: interfaces, MACs and addresses. All follow from the order of the file alone.
//
// Shape: link i (from 1) has the MAC 52:54:00:00:hh:ll, i = hhll in hexadecimal. Switch k (from 0) with up to
// 254 links is the network 10.0.k.0/24, a larger one 10.(k+1).0.0/16; its links count from 1.
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "harness/scenario/address.hh"
#include "harness/scenario/topology.hh"
#include "harness/scenario/words.hh"

namespace banco::scenario {

namespace {

constexpr int kInterfaceLimit = 16;           // of one machine
constexpr std::size_t kSwitchLimit = 250;     // k + 1 must fit into a byte
constexpr std::uint32_t kSmallNetwork = 254;  // hosts of a /24

// The number of `eth3`, when it is one.
std::optional<int> interface_number(const std::string& name) {
  int number = 0;
  if (!name.starts_with("eth")) return std::nullopt;
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + 3, last, number);
  if (error != std::errc{} || end != last || fmt::format("eth{}", number) != name) return std::nullopt;
  return number;
}

void give_network(std::size_t switch_index, const std::vector<Link*>& links, const Reading& reading) {
  const auto index = static_cast<std::uint32_t>(switch_index);
  const bool small = links.size() <= kSmallNetwork;
  const std::uint32_t ten = std::uint32_t{10} << 24;
  const Address base{small ? ten | index << 8 : ten | (index + 1) << 16, small ? 24 : 16};
  std::map<std::uint32_t, const Link*> used;
  std::optional<Address> network;
  const auto add = [&](const Link& link, const Address& address) {
    const auto [known, added] = used.emplace(address.bits, &link);
    if (!added) {
      reading.fail(link.where,
                   fmt::format("{} and {} have the same address {} on the switch {}", known->second->machine,
                               link.machine, link.address, link.switch_name));
    }
    if (!network) network = address;
    if (network->network() == address.network() && network->prefix_length == address.prefix_length) return;
    reading.fail(
        link.where,
        fmt::format("{} of {} is in another network than {} on the same switch {}; give all its links "
                    "an address, or none",
                    link.address, link.machine, address_text(*network), link.switch_name));
  };
  for (const Link* link : links) {
    if (!link->address.empty()) add(*link, parse_address(link->address));
  }
  std::uint32_t next = 1;
  for (Link* link : links) {
    if (!link->address.empty()) continue;
    while (used.contains(base.bits | next)) ++next;
    const Address address{base.bits | next, base.prefix_length};
    link->address = address_text(address);
    add(*link, address);
  }
}

}  // namespace

void give_interfaces(Topology& topology, const Reading& reading) {
  std::map<std::string, std::set<int>> used;
  for (const Link& link : topology.links) {
    if (link.interface.empty()) continue;
    const auto number = interface_number(link.interface);
    if (!number) {
      reading.fail(link.where, fmt::format("{} is not an interface such as eth0", in_quotes(link.interface)));
    }
    if (!used[link.machine].insert(*number).second) {
      reading.fail(link.where, fmt::format("{} of {} is plugged in twice", link.interface, link.machine));
    }
  }
  for (Link& link : topology.links) {
    auto& taken = used[link.machine];
    for (int i = 0; link.interface.empty() && i < kInterfaceLimit; ++i) {
      if (taken.insert(i).second) link.interface = fmt::format("eth{}", i);
    }
    if (link.interface.empty()) {
      reading.fail(link.where, fmt::format("{} has more than {} links", link.machine, kInterfaceLimit));
    }
  }
  for (const Link& link : topology.links) {
    const auto& taken = used[link.machine];
    const int last = *taken.rbegin();
    if (last + 1 == static_cast<int>(taken.size()) && last < kInterfaceLimit) continue;
    reading.fail(link.where,
                 fmt::format("{} has eth{} but not all below it; interfaces count from eth0 to eth{}",
                             link.machine, last, kInterfaceLimit - 1));
  }
}

void give_addresses(Topology& topology, const Reading& reading) {
  if (topology.switches.size() > kSwitchLimit) {
    reading.fail(topology.switches[kSwitchLimit].where,
                 fmt::format("a cell has at most {} switches", kSwitchLimit));
  }
  std::map<std::string, std::vector<Link*>> by_switch;
  unsigned count = 0;
  for (Link& link : topology.links) {
    ++count;
    link.mac = fmt::format("52:54:00:00:{:02x}:{:02x}", count >> 8, count & 255);
    by_switch[link.switch_name].push_back(&link);
  }
  for (std::size_t i = 0; i < topology.switches.size(); ++i) {
    give_network(i, by_switch[topology.switches[i].name], reading);
  }
}

}  // namespace banco::scenario
