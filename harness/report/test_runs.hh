// Small runs for the tests of this folder.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "harness/measure/journal.hh"
#include "harness/report/thesis.hh"

namespace banco::report::test {

inline measure::Cell cell(const std::string& type, const std::string& size) {
  return {{"switch", type}, {"vms", size}};
}

// A run that is written down step by step; time goes on by a second with each step.
class RunBuilder {
 public:
  explicit RunBuilder(int block_count = 6, std::vector<measure::Cell> cells = {}) {
    run.header.banco_version = "0.1.0";
    run.header.time = measure::parse_time("2026-11-21T08:00:00.000000000Z");
    run.header.scenario_name = "pairs";
    run.header.scenario_file = "pairs.yaml";
    run.header.seed = 42;
    run.header.block_count = block_count;
    run.header.cells = std::move(cells);
    now_ = run.header.time;
  }

  RunBuilder& value(int block, const measure::Cell& cell, const std::string& metric, double value,
                    const std::string& unit, const measure::Key& key = {{"accel", "kvm"}}) {
    run.samples.push_back({tick(), block, cell, metric, value, unit, key});
    return *this;
  }
  RunBuilder& throughput(int block, const measure::Cell& cell, double bps) {
    return value(block, cell, "tcp.throughput.sum", bps, "bit/s");
  }
  RunBuilder& ended(int block, const measure::Cell& cell, measure::Outcome outcome = measure::Outcome::kOk,
                    const std::string& reason = "", const std::map<std::string, std::string>& consoles = {}) {
    run.cells.push_back({now_, tick(), block, cell, outcome, reason, consoles});
    return *this;
  }
  RunBuilder& finished() {
    run.end = measure::RunEnd{tick(), measure::Outcome::kOk, ""};
    return *this;
  }

  measure::Run run;

 private:
  measure::Time tick() { return now_ += std::chrono::seconds(1); }
  measure::Time now_;
};

// vde and bridge with 2 and 8 machines in `block_count` blocks; bridge carries three times as much, and each
// block a little more than the one before.
inline measure::Run two_switches(int block_count = 6) {
  const std::vector cells{cell("vde", "2"), cell("vde", "8"), cell("bridge", "2"), cell("bridge", "8")};
  RunBuilder builder(block_count, cells);
  for (int block = 1; block <= block_count; ++block) {
    for (const auto& at : cells) {
      const double base = (at.at("switch") == "vde" ? 100e6 : 300e6) * (at.at("vms") == "2" ? 1 : 2);
      builder.throughput(block, at, base * (1 + 0.01 * block));
      builder.value(block, at, "udp.loss.mean", 0.004, "ratio");
      builder.value(block, at, "tcp.cpu.switch", 0.25, "cpu");
      builder.value(block, at, "rtt.idle.p50", 370e-6, "s");
      builder.value(block, at, "boot.time", 1.5, "s");
      builder.ended(block, at);
    }
  }
  return builder.finished().run;
}

// The same with frames captured in the cells of one switch.
inline measure::Run with_captures(measure::Run run, const std::string& type) {
  for (auto& sample : run.samples) sample.tainted = sample.cell.at("switch") == type;
  return run;
}

inline ThesisView one_thesis() {
  ThesisView view;
  view.row.id = "vde-switch-table";
  view.row.seed = "000";
  view.row.section = "table 2.1";
  view.row.title = "VDE with 2 to 8 machines";
  view.row.figures = {{"tcp.throughput.sum", cell("vde", "2"), 390e6, "bit/s", "390 Mbit/s"},
                      {"udp.loss.mean", cell("vde", "2"), 0, "ratio", "0 %"},
                      {"tcp.throughput.sum", cell("vde", "6"), 550e6, "bit/s", "550 Mbit/s"}};
  ledger::Claim claim;
  claim.text = "Throughput grows.";
  view.verdicts = {{claim, ledger::Verdict::kHolds, "2: 100 → 8: 200"},
                   {claim, ledger::Verdict::kDoesNotHold, "not here"}};
  return view;
}

}  // namespace banco::report::test
