// What a scenario file says, as types: the file as a whole (Scenario), and one cell of its matrix with
// every variable, range, glob and default filled in (CellPlan). scenario_fields.hh describes how these
// types are written in YAML; parsing, `banco explain` and the JSON Schema all come from that description.
//
// Units: `_bps` bits per second, `_bytes`, `_ratio` 0..1, std::chrono for time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/measure/sample.hh"

namespace banco::scenario {

// Where something stands in the file; both count from 1, 0 means nowhere (a default).
struct Position {
  int line = 0;
  int column = 0;
};

enum class MachineKind { kVm, kNamespace };

struct Machine {
  std::string name;
  MachineKind kind = MachineKind::kVm;
  std::string image = "base";
  int cpu_count = 1;
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
  std::string append;  // further words of the guest kernel's command line
  Position where;
};

struct Switch {
  std::string name;
  std::string type;     // vde, vde-hub, bridge, vxvde, socket, shm, shm-hub
  bool offload = true;  // checksum and segmentation offload of the ports, where the type has it
  int ring_kib = 1024;  // shm: memory that a ring may use
  Position where;
};

// One interface of one machine, plugged into one switch.
struct Link {
  std::string machine;
  std::string interface;  // eth0, eth1 …
  std::string switch_name;
  std::string mac;      // 52:54:00:xx:xx:xx, unique in the cell
  std::string address;  // with prefix length: 10.0.0.1/24
  int mtu_bytes = 1500;
  bool capture = false;  // a run leaves a file of its frames
  Position where;
};

struct Topology {
  std::vector<Machine> machines;
  std::vector<Switch> switches;
  std::vector<Link> links;
};

// Traffic goes from client to server unless a direction says otherwise.
struct Pair {
  std::string client;
  std::string server;

  bool operator==(const Pair&) const = default;
};

enum class Direction { kForward, kReverse, kBoth };

// A sending rate per flow: a figure, or a share of what an earlier measure of the same cell summed up,
// divided evenly among this measure's flows (seed 000: UDP at B/(2·#VM) is `{share: 50%, of: tcp}`).
struct Rate {
  double bps = 0;  // 0: as fast as it goes
  double share_ratio = 0;
  std::string of;  // name of an earlier iperf3 measure; empty for a plain figure
};

struct Iperf3 {
  std::vector<Pair> pairs;  // all at once
  bool udp = false;
  Direction direction = Direction::kForward;
  Rate rate;
  int length_bytes = 0;  // 0: iperf3's default
  int stream_count = 1;
  std::chrono::milliseconds time{10000};
  std::chrono::milliseconds omit{1000};
};

struct Ping {
  std::vector<Pair> pairs;  // one after the other
  int count = 20;
  std::chrono::milliseconds interval{50};
  int payload_bytes = 56;
  std::vector<std::string> during;  // "idle", or the name of a traffic measure it runs along with
};

enum class CpuPer { kRole, kProcess };

// CPU time of who carries the traffic, in the window of each traffic measure.
struct Cpu {
  CpuPer per = CpuPer::kRole;
};

struct Measure {
  std::string name;  // first part of its metrics
  std::variant<Iperf3, Ping, Cpu> what;
  Position where;
};

struct Axis {
  std::string name;
  std::vector<std::string> values;
};

struct Sampling {
  std::uint64_t seed = 0;
  bool seed_given = false;  // otherwise the run draws one and records it
  int block_count = 10;
};

// What `quick:` replaces for a shorter run of the same thing (`--quick`; `banco reproduce` without --full).
struct Quick {
  std::vector<Axis> matrix;
  std::optional<int> block_count;
};

struct Scenario {
  int schema = 1;
  std::string file;  // as it was named, for messages
  std::string text;  // as it was read
  std::string name;
  std::string title;
  std::vector<Axis> matrix;
  Sampling sampling;
  Quick quick;
};

// One cell with everything filled in.
struct CellPlan {
  measure::Cell cell;
  Topology topology;
  std::vector<Measure> measures;
};

}  // namespace banco::scenario
