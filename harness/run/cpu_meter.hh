// CpuMeter: CPU time of everyone who carries the traffic of a cell, read twice and divided by the time
// between.
//
// Units: `cpu`, CPU seconds per second; 1 is one core busy.
// Source: virDomainGetInfo(3) for hypervisors (10 ms steps), clock_getcpuclockid(3) for processes, /proc/stat
// for the host as a whole (10 ms steps, every process of the machine, ours or not).
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "harness/run/stage.hh"

namespace banco::run {

class CpuMeter {
 public:
  // Starts the window. `stage` must outlive this object. Throws MachineError when a guest has gone.
  explicit CpuMeter(const Stage& stage);

  struct Usage {
    std::map<std::string, double> hypervisor_cpu;  // by machine
    std::map<std::string, double> role_cpu;        // "switch", "plug": all processes of the role together
    double host_cpu = 0;                           // busy, all CPUs together
    double host_softirq_cpu = 0;
    double host_steal_cpu = 0;
  };
  // What was used since the window started.
  Usage usage() const;

 private:
  struct Snapshot {
    std::chrono::steady_clock::time_point time;
    std::map<std::string, double> hypervisor_s;
    std::map<std::string, double> role_s;
    double host_busy_s = 0;
    double host_softirq_s = 0;
    double host_steal_s = 0;
  };
  Snapshot take() const;

  const Stage& stage_;
  Snapshot start_;
};

}  // namespace banco::run
