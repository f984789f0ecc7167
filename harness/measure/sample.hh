// One measured value, and the fate of one cell: the rows every other part of the harness works on.
// Written by harness/run into the journal (journal.hh), read by harness/stats and harness/report.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace banco::measure {

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

// Which point of the matrix: axis → value, as text ({"switch": "vde", "vms": "2"}).
using Cell = std::map<std::string, std::string>;

// What may not differ between two results that are compared: accelerator, kernel, tool versions, offloads.
using Key = std::map<std::string, std::string>;

// The first fact that both keys state and state differently, as "accelerator kvm against tcg"; empty when the
// two may be compared. What only one of them states (the version of a switch that the other arm does not
// have) is part of what is compared.
std::string contradiction(const Key& one, const Key& other);

// One value. `metric` is `<measure>.<quantity>[.<which>]`, as in `tcp.throughput.sum`,
// `udp.loss.mean`, `rtt.p99`, `tcp.cpu.switch`.
//
// Units: `bit/s`, `s`, `ratio` (0..1), `count`, `cpu` (CPU seconds per second: 1 is one core busy), `B`.
struct Sample {
  Time time;
  int block = 0;
  Cell cell;
  std::string metric;
  double value = 0;
  std::string unit;
  Key key;
  bool tainted = false;  // frames were captured meanwhile, which costs time: shown, and compared with nothing

  bool operator==(const Sample&) const = default;
};

enum class Outcome { kOk, kFailed, kSkipped, kInterrupted };

// How one cell of one block ended. A failed cell carries what its machines last said.
struct CellResult {
  Time started;
  Time ended;
  int block = 0;
  Cell cell;
  Outcome outcome = Outcome::kOk;
  std::string reason;                           // empty when ok; one sentence otherwise
  std::map<std::string, std::string> consoles;  // machine → last lines of its console (failed cells)

  bool operator==(const CellResult&) const = default;
};

}  // namespace banco::measure
