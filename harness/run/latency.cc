#include "harness/run/latency.hh"

#include <algorithm>
#include <numeric>
#include <optional>

#include "harness/run/interruption.hh"
#include "harness/stats/summary.hh"
#include "harness/tools/ping.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<machine::Command> start_ping(const CellContext& context, const scenario::Pair& pair,
                                             const scenario::Ping& what) {
  const std::string address = context.stage.address_of(pair.server, pair.client, what.family);
  return context.stage.machine(pair.client)
      .start(tools::ping_command(address, what.count, what.interval, what.payload_bytes));
}

tools::PingReport result_of(const CellContext& context, const std::string& name, machine::Command& command,
                            const scenario::Ping& what) {
  constexpr milliseconds kMargin(15000);
  const auto deadline = std::chrono::steady_clock::now() + what.interval * what.count + kMargin;
  while (std::chrono::steady_clock::now() < deadline) {
    check(context.stop);
    if (const auto result = command.wait_for(milliseconds(500))) {
      try {
        return tools::read_ping(result->output);
      } catch (const tools::PingError& error) {
        throw machine::MachineError(name + ": " + error.what() + " " + result->errors);
      }
    }
  }
  throw machine::MachineError(name + ": ping did not end");
}

void record(const CellContext& context, const std::string& prefix,
            const std::vector<tools::PingReport>& reports) {
  std::vector<double> rtt_s;
  double transmitted_count = 0;
  double received_count = 0;
  for (const tools::PingReport& report : reports) {
    rtt_s.insert(rtt_s.end(), report.rtt_s.begin(), report.rtt_s.end());
    transmitted_count += report.transmitted_count;
    received_count += report.received_count;
  }
  context.recorder.record(prefix + ".loss",
                          transmitted_count == 0 ? 0 : 1 - received_count / transmitted_count, "ratio");
  if (rtt_s.empty()) return;
  for (const auto& [word, p] : {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p99", 0.99)})
    context.recorder.record(prefix + "." + word, stats::quantile(rtt_s, p), "s");
  context.recorder.record(prefix + ".min", *std::min_element(rtt_s.begin(), rtt_s.end()), "s");
  context.recorder.record(prefix + ".max", *std::max_element(rtt_s.begin(), rtt_s.end()), "s");
  context.recorder.record(
      prefix + ".mean", std::accumulate(rtt_s.begin(), rtt_s.end(), 0.0) / static_cast<double>(rtt_s.size()),
      "s");
}

// Takes the first requests out of `reports`. Their mean; nothing when one of them was lost.
std::optional<double> take_first_s(std::vector<tools::PingReport>& reports) {
  double sum_s = 0;
  bool is_complete = true;
  for (tools::PingReport& report : reports) {
    --report.transmitted_count;
    is_complete = is_complete && report.first_rtt_s;
    if (!report.first_rtt_s) continue;
    sum_s += *report.first_rtt_s;
    --report.received_count;
    report.rtt_s.erase(report.rtt_s.begin());
  }
  if (!is_complete || reports.empty()) return std::nullopt;
  return sum_s / static_cast<double>(reports.size());
}

}  // namespace

RunningPing::RunningPing(const CellContext& context, std::string name, const scenario::Ping& what)
    : context_(context), name_(std::move(name)), what_(what) {
  for (const scenario::Pair& pair : what_.pairs) commands_.push_back(start_ping(context_, pair, what_));
}

void RunningPing::finish(const std::string& when) {
  std::vector<tools::PingReport> reports;
  for (const auto& command : commands_) reports.push_back(result_of(context_, name_, *command, what_));
  record(context_, name_ + "." + when, reports);
}

void run_idle_ping(const CellContext& context, const std::string& name, const scenario::Ping& what) {
  context.progress.phase(name);
  std::vector<tools::PingReport> reports;
  for (const scenario::Pair& pair : what.pairs)
    reports.push_back(result_of(context, name, *start_ping(context, pair, what), what));
  if (!what.is_cold) return record(context, name + ".idle", reports);
  if (const auto first_s = take_first_s(reports)) context.recorder.record(name + ".first", *first_s, "s");
  record(context, name + ".later", reports);
}

}  // namespace banco::run
