// What a file says before it is understood: the types of scenario.hh where they are written as they are, and
// these where names, ranges, globs and words still stand for something. topology.hh and measures.hh turn
// them into a CellPlan; explain.cc goes the other way.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/scenario/format.hh"
#include "harness/scenario/scenario.hh"

namespace banco::scenario {

struct MachineEntry : Machine {
  Addresses address;
};
struct VmEntry : MachineEntry {};
struct ContainerEntry : MachineEntry {};
struct NamespaceEntry : MachineEntry {};
struct RouterEntry : MachineEntry {};
enum class SwitchKind { kSwitch };
struct SwitchEntry : Switch {
  SwitchKind kind = SwitchKind::kSwitch;
};

struct NodeEntry {
  std::string pattern;  // name or range
  Position where;
  std::variant<VmEntry, ContainerEntry, NamespaceEntry, RouterEntry, SwitchEntry> what;
};

struct LinkEntry {
  std::vector<Located> endpoints;  // two; or one, `a-sw`, which only the names of nodes can divide
  Addresses address;
  std::optional<int> mtu_bytes;
  std::vector<int> vlans;
  bool capture = false;
  std::optional<std::vector<Impairment>> impairments;
  Position where;
};

// The networks that segments are cut from.
struct AddressingEntry {
  std::string ipv4 = "10.0.0.0/8";
  std::string ipv6;  // empty: segments have none
};

// What all shapes say of the nodes that they make.
struct ShapeParts {
  MachineKind host = MachineKind::kNamespace;
  std::string switch_type = "bridge";
  bool offload = true;
  std::optional<bool> stp;  // unsaid: where the shape has loops and the type of switch has it
  std::optional<int> mtu_bytes;
};

struct StarShape : ShapeParts {
  int host_count = 2;
};
// Switches in a row; in a circle; each joined to each.
struct SwitchesShape : ShapeParts {
  int switch_count = 3;
  int host_count = 1;  // of each switch
};
struct TreeShape : ShapeParts {
  int depth = 2;  // of switches
  int fan_out = 2;
};
struct FatTreeShape : ShapeParts {
  int k = 4;
};
struct ClosShape : ShapeParts {
  int spine_count = 2;
  int leaf_count = 2;
  int host_count = 1;  // of each leaf
};
struct TorusShape : ShapeParts {
  int row_count = 3;
  int column_count = 3;
  int host_count = 1;  // of each switch
};

// Exactly one of them.
struct ShapeEntry {
  std::optional<StarShape> star;
  std::optional<SwitchesShape> line;
  std::optional<SwitchesShape> ring;
  std::optional<SwitchesShape> mesh;
  std::optional<TreeShape> tree;
  std::optional<FatTreeShape> fat_tree;
  std::optional<ClosShape> clos;
  std::optional<TorusShape> torus;
  Position where;
};

// What machines have that do not say otherwise.
struct DefaultsEntry {
  MachineKind kind = MachineKind::kVm;
  std::string image = "base";
  std::optional<int> cpu_count;
  std::optional<std::uint64_t> memory_bytes;
  std::string append;

  // A machine of this kind before it says anything itself.
  Machine machine(MachineKind of_kind) const;
};

struct TopologyEntry {
  AddressingEntry addressing;
  DefaultsEntry defaults;
  std::optional<ShapeEntry> shape;
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

struct DdEntry : Dd {
  PairsEntry who;
};

struct MeasureEntry {
  std::string name;
  std::optional<Iperf3Entry> iperf3;
  std::optional<PingEntry> ping;
  std::optional<DdEntry> dd;
  std::optional<Cpu> cpu;
  Position where;
};

struct EventEntry {
  std::chrono::milliseconds at{0};
  std::string link;
  std::vector<Impairment> impairments;
  Position where;
};

// The part of a file that each cell reads with its own variables.
struct CellEntry {
  TopologyEntry topology;
  std::vector<MeasureEntry> measures;
  std::vector<EventEntry> events;
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
