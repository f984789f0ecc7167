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

enum class Family { kIpv4, kIpv6 };

// The addresses of one interface, with their prefix lengths: 10.0.0.1/24, fd00::1/64. Empty where it has
// none.
struct Addresses {
  std::string ipv4;
  std::string ipv6;

  const std::string& of(Family family) const { return family == Family::kIpv4 ? ipv4 : ipv6; }
  std::string& of(Family family) { return family == Family::kIpv4 ? ipv4 : ipv6; }
  bool empty() const { return ipv4.empty() && ipv6.empty(); }
  bool operator==(const Addresses&) const = default;
};

// A router is a network namespace that forwards between its interfaces.
enum class MachineKind { kVm, kContainer, kNamespace, kRouter };

// Whether an image is the user's own: where it lies, in place of the name of a recipe.
inline bool is_path(const std::string& image) {
  return image.find('/') != std::string::npos;
}

// Whether machines of this kind are made of an image.
inline bool has_image(MachineKind kind) {
  return kind == MachineKind::kVm || kind == MachineKind::kContainer;
}

struct Route {
  std::string destination;  // a network such as 10.0.1.0/24, or `default`
  std::string gateway;      // without prefix length

  bool operator==(const Route&) const = default;
};

struct Machine {
  std::string name;
  MachineKind kind = MachineKind::kVm;
  // A recipe, or the path of the user's own: a folder or an OCI archive of containers, a disk of guests.
  std::string image = "base";
  // Of a guest.
  int cpu_count = 1;
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
  std::string append;  // further words of the guest kernel's command line
  // Who logs in on the serial port of a disk of the user's own, unless it has an agent; empty: root.
  std::string user;
  std::string password;  // empty: none is asked for
  // What a container may use at most; nothing: as much as there is.
  std::optional<double> cpu_limit;  // CPU seconds per second
  std::optional<std::uint64_t> memory_limit_bytes;
  std::vector<Route> routes;
  Position where;
};

struct Switch {
  std::string name;
  std::string type;     // vde, vde-hub, bridge, vxvde, socket, shm, shm-hub
  bool offload = true;  // checksum and segmentation offload of the ports, where the type has it
  int ring_kib = 1024;  // shm: memory that a ring may use
  bool stp = false;     // spanning tree
  Position where;
};

// What a wire does to the frames of a link, each value as wire(1) has it; empty: nothing of this kind.
struct Impairment {
  std::string from;  // the end whose frames are meant; empty: both directions
  std::string delay;
  std::string jitter;
  std::string loss;
  std::string duplicate;
  std::string ber;
  std::string reorder;
  std::string rate;
  std::string queue;
};

// One interface of one machine, plugged into one switch.
struct Link {
  std::string machine;
  std::string interface;  // eth0, eth1 …
  std::string switch_name;
  std::string mac;  // 52:54:00:xx:xx:xx, unique in the cell
  Addresses address;
  int mtu_bytes = 1500;
  int vlan = 0;          // whose frames come without a tag here; 0: the frames that have no tag anywhere
  bool capture = false;  // a run leaves a file of its frames
  std::optional<std::vector<Impairment>> impairments;  // through a wire, also one that does nothing yet
  Position where;
};

// A cable between two switches.
struct Trunk {
  std::string first;
  std::string second;
  int mtu_bytes = 1500;
  std::vector<int> vlans;  // that pass, with their tags; none said: all of them, and frames without a tag
  std::optional<std::vector<Impairment>> impairments;
  Position where;
};

struct Topology {
  std::vector<Machine> machines;
  std::vector<Switch> switches;
  std::vector<Link> links;
  std::vector<Trunk> trunks;
};

// A change of a link's wire, as long after the beginning of the measures, or after a lab is up. What it does
// not name stays as it was.
struct Event {
  std::chrono::milliseconds at{0};
  std::string link;  // "a:eth0", "sw1-sw2"
  std::string left;  // the end that its wire calls left
  std::vector<Impairment> impairments;
  Position where;
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
  Family family = Family::kIpv4;
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
  Family family = Family::kIpv4;
  int count = 20;
  std::chrono::milliseconds interval{50};
  int payload_bytes = 56;
  bool is_cold = false;             // the pairs have not heard of each other before
  std::vector<std::string> during;  // "idle", or the name of a traffic measure it runs along with
};

enum class DdSource { kUrandom, kZero };

// `dd | nc`, as the thesis on containers measured with.
struct Dd {
  std::vector<Pair> pairs;  // all at once
  Family family = Family::kIpv4;
  DdSource source = DdSource::kUrandom;
  int block_bytes = 8192;
  int count = 1024;
};

enum class CpuPer { kRole, kProcess };

// CPU time of who carries the traffic, in the window of each traffic measure.
struct Cpu {
  CpuPer per = CpuPer::kRole;
};

struct Measure {
  std::string name;  // first part of its metrics
  std::variant<Iperf3, Ping, Dd, Cpu> what;
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
  std::vector<Event> events;  // in the order of time
};

}  // namespace banco::scenario
