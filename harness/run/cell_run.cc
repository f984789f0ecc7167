#include "harness/run/cell_run.hh"

#include <algorithm>
#include <chrono>
#include <optional>

#include "harness/run/captures.hh"
#include "harness/run/copying.hh"
#include "harness/run/events.hh"
#include "harness/run/interruption.hh"
#include "harness/run/latency.hh"
#include "harness/run/traffic.hh"

namespace banco::run {
namespace {

// Every pair that any measure talks across, once.
std::vector<scenario::Pair> all_pairs(const std::vector<scenario::Measure>& measures, bool traffic_only) {
  std::vector<scenario::Pair> all;
  const auto add = [&](const std::vector<scenario::Pair>& pairs) {
    for (const scenario::Pair& pair : pairs)
      if (std::find(all.begin(), all.end(), pair) == all.end()) all.push_back(pair);
  };
  for (const scenario::Measure& measure : measures) {
    if (const auto* iperf3 = std::get_if<scenario::Iperf3>(&measure.what)) add(iperf3->pairs);
    if (const auto* ping = std::get_if<scenario::Ping>(&measure.what); ping != nullptr && !traffic_only)
      add(ping->pairs);
    if (const auto* dd = std::get_if<scenario::Dd>(&measure.what); dd != nullptr && !traffic_only)
      add(dd->pairs);
  }
  return all;
}

// Those that may be asked before anything is measured whether they reach each other.
std::vector<scenario::Pair> warm_pairs(const std::vector<scenario::Measure>& measures) {
  std::vector<scenario::Pair> warm = all_pairs(measures, false);
  for (const scenario::Measure& measure : measures) {
    const auto* ping = std::get_if<scenario::Ping>(&measure.what);
    if (ping == nullptr || !ping->is_cold) continue;
    for (const scenario::Pair& pair : ping->pairs)
      std::erase_if(warm, [&](const scenario::Pair& other) {
        return other == pair || other == scenario::Pair{.client = pair.server, .server = pair.client};
      });
  }
  return warm;
}

std::vector<AccompanyingPing> pings_during(const std::vector<scenario::Measure>& measures,
                                           const std::string& when) {
  std::vector<AccompanyingPing> pings;
  for (const scenario::Measure& measure : measures)
    if (const auto* ping = std::get_if<scenario::Ping>(&measure.what);
        ping != nullptr && std::find(ping->during.begin(), ping->during.end(), when) != ping->during.end())
      pings.push_back({measure.name, ping});
  return pings;
}

void run_measures(const CellContext& context, const scenario::CellPlan& plan) {
  const TrafficServers servers(context.stage, all_pairs(plan.measures, true), context.stop);
  std::optional<scenario::Cpu> cpu;
  for (const scenario::Measure& measure : plan.measures)
    if (const auto* wanted = std::get_if<scenario::Cpu>(&measure.what)) cpu = *wanted;
  for (const AccompanyingPing& ping : pings_during(plan.measures, "idle"))
    run_idle_ping(context, ping.name, *ping.ping);
  for (const scenario::Measure& measure : plan.measures) {
    if (const auto* iperf3 = std::get_if<scenario::Iperf3>(&measure.what))
      run_traffic(context, servers, measure.name, *iperf3, cpu, pings_during(plan.measures, measure.name));
    if (const auto* dd = std::get_if<scenario::Dd>(&measure.what)) run_dd(context, measure.name, *dd);
  }
}

void run_on_stage(const scenario::CellPlan& plan, Stage& stage, Recorder& recorder, Progress& progress,
                  std::chrono::steady_clock::time_point start, const std::stop_token& stop) {
  progress.phase("boot");
  stage.wait_until_booted(stop);
  progress.phase("connect");
  stage.wait_until_connected(warm_pairs(plan.measures), stop);
  const std::chrono::duration<double> boot = std::chrono::steady_clock::now() - start;
  recorder.record("boot.time", boot.count(), "s");
  Events events(plan.events);
  run_measures({.stage = stage, .recorder = recorder, .progress = progress, .stop = stop}, plan);
  events.end();
}

}  // namespace

measure::CellResult run_cell(const scenario::CellPlan& plan, const GuestResources& resources, int block,
                             measure::JournalWriter& journal, const measure::Key& key, Progress& progress,
                             const std::filesystem::path& directory, const std::string& prefix,
                             const std::stop_token& stop) {
  progress.cell_started(block, plan.cell);
  measure::CellResult result;
  result.started = now();
  result.block = block;
  result.cell = plan.cell;
  const auto start = std::chrono::steady_clock::now();
  std::optional<Stage> stage;
  const auto fail = [&](const std::exception& error) {
    result.outcome = measure::Outcome::kFailed;
    result.reason = error.what();
    if (stage) result.consoles = stage->consoles();
  };
  try {
    stage.emplace(plan.topology, resources, directory / "consoles", prefix);
    Captures captures(plan.topology, *stage, directory / "captures", prefix);
    Recorder recorder(journal, block, plan.cell, key, wants_captures(plan.topology));
    run_on_stage(plan, *stage, recorder, progress, start, stop);
    captures.end();
  } catch (const Interrupted&) {
    result.outcome = measure::Outcome::kInterrupted;
    result.reason = "interrupted by the user";
  } catch (const machine::MachineError& error) {
    fail(error);
  } catch (const machine::HypervisorError& error) {
    fail(error);
  } catch (const network::NetworkError& error) {
    fail(error);
  }
  stage.reset();
  result.ended = now();
  journal.write(result);
  progress.cell_ended(result.outcome, result.reason);
  return result;
}

}  // namespace banco::run
