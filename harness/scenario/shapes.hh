// Formats of a scenario that are neither scalars nor records: what may be written in more than one way.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/format.hh"

namespace banco::scenario {

inline constexpr std::size_t kAxisLimit = 16;
inline constexpr std::size_t kCellLimit = 10'000;
inline constexpr std::size_t kPairLimit = 4096;  // of one measure

// `{switch: [vde, bridge], vms: [2, 4]}`.
struct MatrixFormat {
  using Value = std::vector<Axis>;
  Value read(const Reading& reading, const Node& node) const;
  Json write(const Value& axes) const;
  Json schema(Variables variables) const;
};

// `quick:`, whose axes choose among the values of the matrix before it.
struct QuickFormat {
  using Value = Quick;
  Quick read(const Reading& reading, const Node& node, const FileEntry& file) const;
  Json write(const Quick& quick) const;
  Json schema(Variables variables) const;
};

// A map of names and ranges; what else a node says depends on its kind, and the kind may be a default.
struct NodesFormat {
  using Value = std::vector<NodeEntry>;
  Value read(const Reading& reading, const Node& node, const TopologyEntry& topology) const;
  Json write(const Value& nodes) const;
  Json schema(Variables variables) const;
};

// `{endpoints: [a, sw], …}`, `a-sw` or `sw1-sw2`.
struct LinkFormat {
  using Value = LinkEntry;
  LinkEntry read(const Reading& reading, const Node& node) const;
  Json write(const LinkEntry& link) const;
  Json schema(Variables variables) const;
};

// `neighbours`, `ring`, `star`, `all` or a list `[[a, b], [c, d]]`.
struct PairsFormat {
  using Value = PairsEntry;
  PairsEntry read(const Reading& reading, const Node& node) const;
  Json write(const PairsEntry& pairs) const;
  Json schema(Variables variables) const;
};

// `500Mbit`, `unlimited` or `{share: 50%, of: tcp}`.
struct RateFormat {
  using Value = RateEntry;
  RateEntry read(const Reading& reading, const Node& node) const;
  Json write(const RateEntry& rate) const;
  Json schema(Variables variables) const;
};

// Throws std::invalid_argument unless `value` is one line of 1 to 64 bytes.
void check_axis_value(const std::string& value);

// How many cells the axes span. Throws std::invalid_argument beyond kAxisLimit or kCellLimit.
std::size_t count_cells(const std::vector<Axis>& axes);

}  // namespace banco::scenario
