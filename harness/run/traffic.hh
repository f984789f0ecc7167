// One iperf3 measure in one cell: all pairs at once, with the CPU window and the pings that go along with it.
//
// Metrics of a measure M: M.throughput.sum and M.throughput.CLIENT-SERVER (bit/s, what the receivers got;
// SERVER-CLIENT for the reverse flow), M.retransmits.sum (count; TCP), M.offered.sum (bit/s; UDP),
// M.loss.mean (ratio; UDP, mean over the flows as each iperf3 reports it), M.loss.socket (ratio; of the
// datagrams that reached their machine, the part that found the receiving socket full). With a `cpu` measure
// also M.cpu.hypervisor.max and .sum, M.cpu.switch, M.cpu.plug, M.cpu.host, M.cpu.host.softirq,
// M.cpu.host.steal (cpu); per process: M.cpu.hypervisor.MACHINE.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/run/progress.hh"
#include "harness/run/recorder.hh"
#include "harness/run/stage.hh"
#include "harness/scenario/scenario.hh"

namespace banco::run {

// Everything the measures of one cell work with.
struct CellContext {
  const Stage& stage;
  Recorder& recorder;
  Progress& progress;
  std::stop_token stop;
};

// A ping measure that runs along with a traffic measure.
struct AccompanyingPing {
  std::string name;
  const scenario::Ping* ping;
};

// Keeps iperf3 servers running on the machines that pairs name, a port for each pair; several measures of a
// cell share them. Destroyed before the stage.
class TrafficServers {
 public:
  // Returns once all of them listen. Throws MachineError, Interrupted.
  TrafficServers(const Stage& stage, const std::vector<scenario::Pair>& pairs, const std::stop_token& stop);
  int port_of(const scenario::Pair& pair) const;

 private:
  std::vector<scenario::Pair> pairs_;
  std::vector<std::unique_ptr<machine::Command>> servers_;
};

// Throws MachineError (with iperf3's own words), Interrupted.
void run_traffic(const CellContext& context, const TrafficServers& servers, const std::string& name,
                 const scenario::Iperf3& what, const std::optional<scenario::Cpu>& cpu,
                 const std::vector<AccompanyingPing>& pings);

}  // namespace banco::run
