// Formats of addresses, networks, routes and VLANs.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/format.hh"

namespace banco::scenario {

// `10.0.0.1/24`, `fd00::1/64` or a list of one of each.
struct AddressesFormat {
  using Value = Addresses;
  Addresses read(const Reading& reading, const Node& node) const;
  Json write(const Addresses& addresses) const;
  Json schema(Variables variables) const;
};

// A network of one family, `10.0.0.0/8`; an empty text is none.
struct NetworkFormat {
  using Value = std::string;
  Family family;

  std::string read(const Reading& reading, const Node& node) const;
  Json write(const std::string& network) const;
  Json schema(Variables variables) const;
};

// A network of either family, or `default`.
struct DestinationFormat {
  using Value = std::string;
  std::string read(const Reading& reading, const Node& node) const;
  Json write(const std::string& destination) const { return destination; }
  Json schema(Variables variables) const;
};

// `10.0.0.1` or `fd00::1`.
struct GatewayFormat {
  using Value = std::string;
  std::string read(const Reading& reading, const Node& node) const;
  Json write(const std::string& gateway) const { return gateway; }
  Json schema(Variables variables) const;
};

// `10`, or a list `[10, 20]`.
struct VlansFormat {
  using Value = std::vector<int>;
  Value read(const Reading& reading, const Node& node) const;
  Json write(const Value& vlans) const;
  Json schema(Variables variables) const;
};

}  // namespace banco::scenario
