// Ping measures: alone on an idle network, or along with traffic.
//
// Metrics of a measure M: M.WHEN.p50, .p90, .p99, .min, .max, .mean (s, over the answers of all pairs) and
// M.WHEN.loss (ratio); WHEN is `idle` or the name of the traffic measure. Of a cold ping: M.first (s, mean
// over the pairs; missing when one of these packets was lost), and WHEN is `later`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/run/traffic.hh"

namespace banco::run {

// Pings of one measure that run on all its pairs at once.
class RunningPing {
 public:
  // Starts them. Throws MachineError.
  RunningPing(const CellContext& context, std::string name, const scenario::Ping& what);
  // Waits for them and records. Throws MachineError, Interrupted.
  void finish(const std::string& when);

 private:
  const CellContext& context_;
  std::string name_;
  const scenario::Ping& what_;
  std::vector<std::unique_ptr<machine::Command>> commands_;
};

// Pings the pairs one after the other. Throws MachineError, Interrupted.
void run_idle_ping(const CellContext& context, const std::string& name, const scenario::Ping& what);

}  // namespace banco::run
