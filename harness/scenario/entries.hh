// What a file says before it is understood: the types of scenario.hh where they are written as they are, and
// these where names, ranges, globs and words still stand for something. topology.hh and measures.hh turn
// them into a CellPlan; explain.cc goes the other way.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/scenario/format.hh"
#include "harness/scenario/scenario.hh"

namespace banco::scenario {

struct MachineEntry : Machine {
  std::string address;
};
struct VmEntry : MachineEntry {};
struct NamespaceEntry : MachineEntry {};
enum class SwitchKind { kSwitch };
struct SwitchEntry : Switch {
  SwitchKind kind = SwitchKind::kSwitch;
};

struct NodeEntry {
  std::string pattern;  // name or range
  Position where;
  std::variant<VmEntry, NamespaceEntry, SwitchEntry> what;
};

struct LinkEntry {
  std::vector<Located> endpoints;  // two; or one, `a-sw`, which only the names of nodes can divide
  std::string address;
  int mtu_bytes = 1500;
  bool capture = false;
  Position where;
};

struct TopologyEntry {
  Machine defaults;
  std::vector<NodeEntry> nodes;
  std::vector<LinkEntry> links;
};

enum class PairShape { kList, kNeighbours, kRing, kStar, kAll };

struct PairEntry {
  Pair pair;
  Position where;
};

struct PairsEntry {
  PairShape shape = PairShape::kList;
  std::vector<PairEntry> list;  // of kList
  Position where;
};

struct RateEntry : Rate {
  Position where;
};

struct Iperf3Entry : Iperf3 {
  PairsEntry who;
  RateEntry speed;
};

struct PingEntry : Ping {
  PairsEntry who;
  std::vector<Located> along{{"idle", {}}};
};

struct MeasureEntry {
  std::string name;
  std::optional<Iperf3Entry> iperf3;
  std::optional<PingEntry> ping;
  std::optional<Cpu> cpu;
  Position where;
};

// The part of a file that each cell reads with its own variables.
struct CellEntry {
  TopologyEntry topology;
  std::vector<MeasureEntry> measures;
};

enum class SamplingOrder { kBlocks };

struct SamplingEntry {
  std::optional<std::uint64_t> seed;
  int block_count = 10;
  SamplingOrder order = SamplingOrder::kBlocks;
};

// The part that is the same for all cells.
struct FileEntry {
  int schema = 1;
  std::string name;
  std::string title;
  std::vector<Axis> matrix;
  SamplingEntry sampling;
  Quick quick;
};

}  // namespace banco::scenario
