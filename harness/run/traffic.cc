#include "harness/run/traffic.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/run/cpu_meter.hh"
#include "harness/run/interruption.hh"
#include "harness/run/latency.hh"
#include "harness/run/listening.hh"
#include "harness/tools/iperf3.hh"
#include "harness/tools/udp_counters.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

constexpr int kFirstPort = 5201;
// A client needs this long to start in an emulated guest and to connect: the CPU window starts after it.
constexpr milliseconds kStartMargin(700);
constexpr milliseconds kEndMargin(300);
// A loaded emulated guest may take long to hand its result over.
constexpr milliseconds kResultTimeout(60000);

struct Flow {
  scenario::Pair pair;
  std::unique_ptr<machine::Command> client;
};

tools::Iperf3Direction direction_of(scenario::Direction direction) {
  switch (direction) {
    case scenario::Direction::kReverse:
      return tools::Iperf3Direction::kReverse;
    case scenario::Direction::kBoth:
      return tools::Iperf3Direction::kBoth;
    case scenario::Direction::kForward:
      break;
  }
  return tools::Iperf3Direction::kForward;
}

// The rate of each flow: a figure, or its part of what an earlier measure has summed up.
double rate_of(const CellContext& context, const scenario::Iperf3& what) {
  if (what.rate.of.empty()) return what.rate.bps;
  const auto flow_count =
      static_cast<double>(what.pairs.size()) * (what.direction == scenario::Direction::kBoth ? 2 : 1);
  return context.recorder.value_of(what.rate.of + ".throughput.sum") * what.rate.share_ratio / flow_count;
}

tools::Iperf3Report result_of(const Flow& flow, const std::string& name) {
  const auto result = flow.client->wait_for(kResultTimeout);
  const std::string what = name + ": iperf3 from " + flow.pair.client + " to " + flow.pair.server;
  if (!result) throw machine::MachineError(what + " did not end");
  try {
    return tools::read_iperf3(result->output);
  } catch (const tools::Iperf3Error& error) {
    throw machine::MachineError(what + ": " + error.what() +
                                (result->errors.empty() ? "" : " (" + result->errors + ")"));
  }
}

// Where UDP datagrams are lost that reached their machine: at a socket that is full since its program does
// not get to read it. The rest of the loss is the network's.
class SocketOverflow {
 public:
  SocketOverflow(const CellContext& context, const scenario::Iperf3& what) : context_(context) {
    for (const scenario::Pair& pair : what.pairs) {
      if (what.direction != scenario::Direction::kReverse) receivers_.insert(pair.server);
      if (what.direction != scenario::Direction::kForward) receivers_.insert(pair.client);
    }
    before_ = counters();
  }

  // Of all datagrams that reached their machine since this object was made, the part that found the socket
  // full.
  double ratio() const {
    const tools::UdpCounters now = counters();
    const auto delivered = static_cast<double>(now.delivered_count - before_.delivered_count);
    const auto overflow = static_cast<double>(now.overflow_count - before_.overflow_count);
    return overflow == 0 ? 0 : overflow / (delivered + overflow);
  }

 private:
  tools::UdpCounters counters() const {
    tools::UdpCounters sum;
    for (const std::string& name : receivers_) {
      try {
        const auto one =
            tools::read_udp_counters(context_.stage.machine(name).run(tools::udp_counters_command()).output);
        sum.delivered_count += one.delivered_count;
        sum.overflow_count += one.overflow_count;
      } catch (const tools::UdpCountersError& error) {
        throw machine::MachineError(name + ": " + error.what());
      }
    }
    return sum;
  }

  const CellContext& context_;
  std::set<std::string> receivers_;
  tools::UdpCounters before_;
};

void record_cpu(const CellContext& context, const std::string& name, const CpuMeter::Usage& usage,
                scenario::CpuPer per) {
  const std::string prefix = name + ".cpu.";
  double sum = 0;
  double max = 0;
  for (const auto& [machine, used] : usage.hypervisor_cpu) {
    sum += used;
    max = std::max(max, used);
    if (per == scenario::CpuPer::kProcess)
      context.recorder.record(prefix + "hypervisor." + machine, used, "cpu");
  }
  if (!usage.hypervisor_cpu.empty()) {
    context.recorder.record(prefix + "hypervisor.max", max, "cpu");
    context.recorder.record(prefix + "hypervisor.sum", sum, "cpu");
  }
  for (const auto& [role, used] : usage.role_cpu) context.recorder.record(prefix + role, used, "cpu");
  context.recorder.record(prefix + "host", usage.host_cpu, "cpu");
  context.recorder.record(prefix + "host.softirq", usage.host_softirq_cpu, "cpu");
  context.recorder.record(prefix + "host.steal", usage.host_steal_cpu, "cpu");
}

void record_flows(const CellContext& context, const std::string& name, const scenario::Iperf3& what,
                  const std::vector<Flow>& flows, double rate_bps) {
  double throughput_bps = 0;
  double loss_ratio = 0;
  double retransmit_count = 0;
  std::size_t flow_count = 0;
  for (const Flow& flow : flows) {
    for (const tools::Iperf3Flow& direction : result_of(flow, name).flows) {
      const std::string& from = direction.reverse ? flow.pair.server : flow.pair.client;
      const std::string& to = direction.reverse ? flow.pair.client : flow.pair.server;
      context.recorder.record(name + ".throughput." + from + "-" + to, direction.received_bps, "bit/s");
      throughput_bps += direction.received_bps;
      loss_ratio += direction.loss_ratio;
      retransmit_count += static_cast<double>(direction.retransmit_count);
      ++flow_count;
    }
  }
  context.recorder.record(name + ".throughput.sum", throughput_bps, "bit/s");
  if (what.udp) {
    context.recorder.record(name + ".loss.mean", loss_ratio / static_cast<double>(flow_count), "ratio");
    if (rate_bps > 0)
      context.recorder.record(name + ".offered.sum", rate_bps * static_cast<double>(flow_count), "bit/s");
  } else {
    context.recorder.record(name + ".retransmits.sum", retransmit_count, "count");
  }
  context.progress.note(name + " " + describe_rate(throughput_bps));
}

}  // namespace

TrafficServers::TrafficServers(const Stage& stage, const std::vector<scenario::Pair>& pairs,
                               const std::stop_token& stop)
    : pairs_(pairs) {
  for (const scenario::Pair& pair : pairs_)
    servers_.push_back(stage.machine(pair.server).start(tools::iperf3_server_command(port_of(pair))));
  for (const scenario::Pair& pair : pairs_)
    wait_until_listening(stage.machine(pair.server), port_of(pair), stop);
}

int TrafficServers::port_of(const scenario::Pair& pair) const {
  return kFirstPort + static_cast<int>(std::find(pairs_.begin(), pairs_.end(), pair) - pairs_.begin());
}

void run_traffic(const CellContext& context, const TrafficServers& servers, const std::string& name,
                 const scenario::Iperf3& what, const std::optional<scenario::Cpu>& cpu,
                 const std::vector<AccompanyingPing>& pings) {
  context.progress.phase(name);
  const double rate_bps = rate_of(context, what);
  std::optional<SocketOverflow> overflow;
  if (what.udp) overflow.emplace(context, what);
  const auto first_start = std::chrono::steady_clock::now();
  std::vector<Flow> flows;
  for (const scenario::Pair& pair : what.pairs) {
    const tools::Iperf3Options options{
        .server_address = context.stage.address_of(pair.server, pair.client, what.family),
        .port = servers.port_of(pair),
        .udp = what.udp,
        .direction = direction_of(what.direction),
        .rate_bps = rate_bps,
        .length_bytes = what.length_bytes,
        .stream_count = what.stream_count,
        .time = what.time,
        .omit = what.omit};
    flows.push_back({pair, context.stage.machine(pair.client).start(tools::iperf3_client_command(options))});
  }

  // The window in which every flow is past its warm-up and none has ended.
  pause_for(context.stop, what.omit + kStartMargin);
  for (const Flow& flow : flows)
    if (flow.client->wait_for(milliseconds(0))) result_of(flow, name);  // throws why it ended already
  std::vector<RunningPing> running;
  for (const AccompanyingPing& ping : pings) running.emplace_back(context, ping.name, *ping.ping);
  const CpuMeter meter(context.stage);
  const auto end = first_start + what.omit + what.time - kEndMargin;
  const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
  pause_for(context.stop, std::max(left, milliseconds(500)));
  const CpuMeter::Usage usage = meter.usage();

  record_flows(context, name, what, flows, rate_bps);
  if (overflow) context.recorder.record(name + ".loss.socket", overflow->ratio(), "ratio");
  if (cpu) record_cpu(context, name, usage, cpu->per);
  for (RunningPing& ping : running) ping.finish(name);
}

}  // namespace banco::run
