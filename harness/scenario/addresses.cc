// What links are given: interfaces, MACs and addresses. All follow from the order of the file alone.
//
// Shape: link i (from 1) has the MAC 52:54:00:00:hh:ll, i = hhll in hexadecimal. Segments take networks one
// after the other: of IPv4 a /24, or a larger one where that is too small, of IPv6 a /64; the links of a
// segment count from 1.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "harness/scenario/address.hh"
#include "harness/scenario/segments.hh"
#include "harness/scenario/topology.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

constexpr int kInterfaceLimit = 16;  // of one machine

// The number of `eth3`, when it is one.
std::optional<int> interface_number(const std::string& name) {
  int number = 0;
  if (!name.starts_with("eth")) return std::nullopt;
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + 3, last, number);
  if (error != std::errc{} || end != last || fmt::format("eth{}", number) != name) return std::nullopt;
  return number;
}

// Addresses of one family for all segments.
class AddressGiver {
 public:
  // `base` is what networks are cut from; without it, only segments with an address of this family get more
  // of them.
  AddressGiver(Topology& topology, Family family, std::optional<Address> base, const Reading& reading)
      : topology_(topology),
        family_(family),
        base_(base),
        next_(base.value_or(Address{})),
        reading_(reading) {}

  void give(const std::vector<Segment>& segments) {
    for (const Segment& segment : segments) take_given(segment);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::optional<Address> own = base_ ? std::optional(next_network(segments[i])) : std::nullopt;
      const auto& given = given_[i];
      if (given || own) fill(segments[i], given.value_or(own ? *own : Address{}));
    }
  }

 private:
  std::string& address_of(std::size_t link) { return topology_.links[link].address.of(family_); }

  // The network of the addresses that the file says, which must all be in one.
  void take_given(const Segment& segment) {
    std::optional<Address> network;
    std::map<Address, const Link*> known;
    for (const std::size_t number : segment.links) {
      if (address_of(number).empty()) continue;
      const Link& link = topology_.links[number];
      const Address address = parse_address(address_of(number));
      const auto [at, added] = known.emplace(address, &link);
      if (!added) {
        reading_.fail(link.where, fmt::format("{} and {} have the same address {} on {}", at->second->machine,
                                              link.machine, address_text(address), segment.words()));
      }
      if (!network) network = address.network();
      if (*network != address.network()) {
        reading_.fail(link.where,
                      fmt::format("{} of {} is in another network than {} on {}", address_text(address),
                                  link.machine, address_text(*network), segment.words()));
      }
    }
    if (network) taken_.push_back(*network);
    given_.push_back(network);
  }

  // The next part of the base that holds all links of the segment and that no given address is in.
  Address next_network(const Segment& segment) {
    const int bit_count = base_->bit_count();
    int prefix_length = family_ == Family::kIpv4 ? 24 : 64;
    const auto host_count = [&] { return (std::uint64_t{1} << std::min(bit_count - prefix_length, 32)) - 2; };
    while (host_count() < segment.links.size()) --prefix_length;
    Address network = next_;
    network.prefix_length = prefix_length;
    if (network != network.network()) network = network.network().plus(1, bit_count - prefix_length);
    const auto is_taken = [&] {
      return std::any_of(taken_.begin(), taken_.end(), [&](const Address& t) { return t.overlaps(network); });
    };
    while (prefix_length >= base_->prefix_length && network.overlaps(*base_) && is_taken())
      network = network.plus(1, bit_count - prefix_length);
    if (prefix_length < base_->prefix_length || !network.overlaps(*base_)) {
      reading_.fail(topology_.links[segment.links.front()].where,
                    fmt::format("the network {} has no room for {}; `addressing` may name a larger one",
                                address_text(*base_), segment.words()));
    }
    next_ = network.plus(1, bit_count - prefix_length);
    return network;
  }

  void fill(const Segment& segment, const Address& network) {
    constexpr int kIpv6Mtu_bytes = 1280;
    for (const std::size_t number : segment.links) {
      const Link& link = topology_.links[number];
      if (family_ == Family::kIpv4 || link.mtu_bytes >= kIpv6Mtu_bytes) continue;
      reading_.fail(link.where, fmt::format("IPv6 needs an MTU of {}, and the link of {} has {}",
                                            kIpv6Mtu_bytes, link.machine, link.mtu_bytes));
    }
    std::set<std::string> used;
    for (const std::size_t link : segment.links) used.insert(address_of(link));
    std::uint64_t next = 1;
    for (const std::size_t link : segment.links) {
      if (!address_of(link).empty()) continue;
      std::string text;
      do text = address_text(network.plus(next++, 0));
      while (used.contains(text));
      check_host(text, topology_.links[link], network);
      address_of(link) = text;
    }
  }

  void check_host(const std::string& text, const Link& link, const Address& network) const {
    try {
      if (parse_address(text).network() == network) return;
    } catch (const std::invalid_argument&) {  // the last of the network
    }
    reading_.fail(link.where, fmt::format("the network {} has no address left for {}", address_text(network),
                                          link.machine));
  }

  Topology& topology_;
  Family family_;
  std::optional<Address> base_;
  Address next_;
  const Reading& reading_;
  std::vector<std::optional<Address>> given_;  // of each segment
  std::vector<Address> taken_;
};

}  // namespace

void give_interfaces(Topology& topology, const Reading& reading) {
  std::map<std::string, std::set<int>> used;
  for (const Link& link : topology.links) {
    if (link.interface.empty()) continue;
    const auto number = interface_number(link.interface);
    if (!number) {
      reading.fail(link.where,
                   fmt::format("{} is not an interface such as eth0", base::in_quotes(link.interface)));
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

void give_addresses(Topology& topology, const AddressingEntry& addressing, const Reading& reading) {
  unsigned count = 0;
  for (Link& link : topology.links) {
    ++count;
    link.mac = fmt::format("52:54:00:00:{:02x}:{:02x}", count >> 8, count & 255);
  }
  const auto segments = segments_of(topology);
  const auto base = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(parse_network(text));
  };
  AddressGiver(topology, Family::kIpv4, base(addressing.ipv4), reading).give(segments);
  AddressGiver(topology, Family::kIpv6, base(addressing.ipv6), reading).give(segments);
}

}  // namespace banco::scenario
