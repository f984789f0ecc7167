#include "harness/run/cpu_meter.hh"

#include <unistd.h>

#include <ctime>
#include <sstream>

#include "impl/base/file_descriptor.hh"

namespace banco::run {
namespace {

double process_cpu_s(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
    throw machine::MachineError("a process of the network has ended while it was measured");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double per_second(double end_s, double start_s, double window_s) {
  return (end_s - start_s) / window_s;
}

}  // namespace

CpuMeter::CpuMeter(const Stage& stage) : stage_(stage), start_(take()) {}

CpuMeter::Snapshot CpuMeter::take() const {
  Snapshot snapshot;
  snapshot.time = std::chrono::steady_clock::now();
  for (const auto& [name, host] : stage_.machines())
    if (const auto time = host->hypervisor_cpu_time())
      snapshot.hypervisor_s[name] = std::chrono::duration<double>(*time).count();
  for (const network::NetworkProcess& process : stage_.network_processes())
    snapshot.role_s[process.role] += process_cpu_s(process.pid);

  // "cpu  user nice system idle iowait irq softirq steal …" in clock ticks.
  std::istringstream line(base::read_file("/proc/stat"));
  std::string label;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  line >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  const auto tick_s = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  snapshot.host_busy_s = (user + nice + system + irq + softirq) * tick_s;
  snapshot.host_softirq_s = softirq * tick_s;
  snapshot.host_steal_s = steal * tick_s;
  return snapshot;
}

CpuMeter::Usage CpuMeter::usage() const {
  const Snapshot end = take();
  const double window_s = std::chrono::duration<double>(end.time - start_.time).count();
  Usage usage;
  for (const auto& [name, time_s] : end.hypervisor_s)
    usage.hypervisor_cpu[name] = per_second(time_s, start_.hypervisor_s.at(name), window_s);
  for (const auto& [role, time_s] : end.role_s)
    usage.role_cpu[role] = per_second(time_s, start_.role_s.at(role), window_s);
  usage.host_cpu = per_second(end.host_busy_s, start_.host_busy_s, window_s);
  usage.host_softirq_cpu = per_second(end.host_softirq_s, start_.host_softirq_s, window_s);
  usage.host_steal_cpu = per_second(end.host_steal_s, start_.host_steal_s, window_s);
  return usage;
}

}  // namespace banco::run
