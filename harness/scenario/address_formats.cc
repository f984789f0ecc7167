// Formats of addresses, networks, routes and VLANs.
#include "harness/scenario/address_formats.hh"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/address.hh"

namespace banco::scenario {

namespace {

constexpr const char* kIpv4Pattern = "[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}";
constexpr const char* kIpv6Pattern = "[0-9a-f:.]*:[0-9a-f:.]*/[0-9]{1,3}";
constexpr int kVlanLimit = 4094;

IntegerFormat<int> vlan_format() {
  return {1, kVlanLimit};
}

}  // namespace

Addresses AddressesFormat::read(const Reading& reading, const Node& node) const {
  Addresses addresses;
  const auto take = [&](const Node& item) {
    const std::string text = reading.text(item, "an address such as 10.0.0.1/24");
    const Address address = reading.at(item, [&] { return parse_address(text); });
    std::string& own = addresses.of(address.family);
    if (!own.empty()) reading.fail(item, "an interface has one address of each family");
    own = address_text(address);
  };
  if (node.kind != NodeKind::kList) {
    take(node);
    return addresses;
  }
  if (node.items.empty()) reading.fail(node, "a list of addresses has one of IPv4, one of IPv6 or both");
  for (const auto& item : node.items) take(*item);
  return addresses;
}

Json AddressesFormat::write(const Addresses& addresses) const {
  if (addresses.ipv4.empty() || addresses.ipv6.empty()) {
    const std::string& only = addresses.ipv4 + addresses.ipv6;
    return only.empty() ? Json() : Json(only);
  }
  return Json::array({addresses.ipv4, addresses.ipv6});
}

Json AddressesFormat::schema(Variables variables) const {
  const std::string pattern = fmt::format("^({}|{})$", kIpv4Pattern, kIpv6Pattern);
  const Json one = pattern_schema(pattern, variables);
  return {{"anyOf", Json::array({one, list_schema(one, 1, 2)})}};
}

std::string NetworkFormat::read(const Reading& reading, const Node& node) const {
  const bool ipv4 = family == Family::kIpv4;
  const std::string text =
      reading.text(node, ipv4 ? "a network such as 10.0.0.0/8" : "a network such as fd00::/48");
  const Address network = reading.at(node, [&] { return parse_network(text); });
  if (network.family != family || (!ipv4 && network.prefix_length > 64)) {
    reading.fail(
        node, fmt::format("{} is not a network of {}", base::in_quotes(text),
                          ipv4 ? "IPv4, such as 10.0.0.0/8" : "IPv6 for networks of /64, such as fd00::/48"));
  }
  return address_text(network);
}

Json NetworkFormat::write(const std::string& network) const {
  return network.empty() ? Json() : Json(network);
}

Json NetworkFormat::schema(Variables variables) const {
  return pattern_schema(fmt::format("^{}$", family == Family::kIpv4 ? kIpv4Pattern : kIpv6Pattern),
                        variables);
}

std::string DestinationFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "a network such as 10.0.1.0/24, or default");
  if (text == "default") return text;
  return reading.at(node, [&] { return address_text(parse_network(text)); });
}

Json DestinationFormat::schema(Variables variables) const {
  return pattern_schema(fmt::format("^(default|{}|{})$", kIpv4Pattern, kIpv6Pattern), variables);
}

std::string GatewayFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "an address such as 10.0.0.1");
  return reading.at(node, [&] { return host_text(parse_host(text)); });
}

Json GatewayFormat::schema(Variables variables) const {
  return pattern_schema("^[0-9a-f.:]+$", variables);
}

std::vector<int> VlansFormat::read(const Reading& reading, const Node& node) const {
  if (node.kind != NodeKind::kList) return {vlan_format().read(reading, node)};
  if (node.items.empty()) reading.fail(node, "a list of VLANs has at least one");
  std::vector<int> vlans;
  for (const auto& item : node.items) {
    vlans.push_back(vlan_format().read(reading, *item));
    if (std::count(vlans.begin(), vlans.end(), vlans.back()) > 1)
      reading.fail(*item, fmt::format("VLAN {} stands twice in the list", vlans.back()));
  }
  return vlans;
}

Json VlansFormat::write(const std::vector<int>& vlans) const {
  if (vlans.empty()) return {};
  return vlans.size() == 1 ? Json(vlans.front()) : Json(vlans);
}

Json VlansFormat::schema(Variables variables) const {
  Json one = vlan_format().schema(variables);
  return {{"anyOf", Json::array({one, list_schema(one, 1, kVlanLimit)})}};
}

}  // namespace banco::scenario
