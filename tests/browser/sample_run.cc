// Draws values around plausible medians with a fixed generator: the pages are the same each time.
#include "tests/browser/sample_run.hh"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <string>

namespace banco::browser_test {
namespace {

using namespace std::chrono_literals;

constexpr auto kScenario = R"(# yaml-language-server: $schema=../schema/scenario-v1.json
name: vde-switch-table
title: Pairwise TCP and UDP over one switch, 2 to 8 virtual machines

matrix:
  switch: [vde, bridge, socket]
  vms: [2, 4, 6, 8]

topology:
  nodes:
    vm[1-${vms}]: {kind: vm, image: base}
    sw: {kind: switch, type: "${switch}"}
  links:
    - endpoints: ["vm*", "sw"]

measure:
  - name: tcp
    iperf3: {pairs: neighbours, time: 10s, omit: 1s}
  - name: udp
    iperf3: {pairs: neighbours, udp: true, direction: both, rate: {share: 50%, of: tcp}, time: 10s}
  - name: rtt
    ping: {pairs: neighbours, count: 20, interval: 50ms}
  - cpu: {per: role}

sampling:
  blocks: 6
)";

constexpr auto kConsole =
    "[    0.000000] Linux version 6.1.0-37-amd64\n"
    "[    0.412301] virtio_net virtio0 eth0: renamed from enp0s2\n"
    "[    0.981125] \x1b[1;31mwatchdog: BUG: soft lockup - CPU#0 stuck for 22s!\x1b[0m\r\n"
    "[    0.981130] Modules linked in: virtio_net net_failover failover virtio_pci\n"
    "[    0.981192] Kernel panic - not syncing: softlockup: hung tasks\n"
    "[    0.981240] ---[ end Kernel panic - not syncing: softlockup: hung tasks ]---\n";

measure::RunHeader header(const std::string& name, const std::vector<std::string>& switches,
                          const std::vector<std::string>& sizes, int block_count) {
  measure::RunHeader header;
  header.banco_version = "0.1.0";
  header.time = measure::parse_time("2026-11-21T08:00:00.000000000Z");
  header.scenario_name = name;
  header.scenario_text = kScenario;
  header.scenario_file = "vde-switch-table.yaml";
  header.seed = 42;
  header.block_count = block_count;
  for (const auto& type : switches) {
    for (const auto& size : sizes) header.cells.push_back({{"switch", type}, {"vms", size}});
  }
  header.environment = {{"accelerator", "kvm"},
                        {"cpu", "Intel(R) Xeon(R) E-2388G, 8 cores, SMT on"},
                        {"governor", "performance"},
                        {"iperf3", "3.12"},
                        {"kernel", "Linux 6.1.0-37-amd64 x86_64"},
                        {"memory", "64 GiB"},
                        {"qemu", "7.2.15"},
                        {"vde_switch", "2.3.3"}};
  return header;
}

// Writes the samples and the outcome of one cell after the other.
class Recorder {
 public:
  explicit Recorder(measure::Run& run) : run_(run), now_(run.header.time) {}

  void begin(int block, const measure::Cell& cell) {
    block_ = block;
    cell_ = cell;
    started_ = now_;
    now_ += 12s;
  }
  // A value around `median`, with 3 % noise and a little more as the machine warms up.
  void value(const std::string& metric, double median, const std::string& unit) {
    const double drift = 1 - 0.01 * static_cast<double>(block_ - 1);
    run_.samples.push_back({now_,
                            block_,
                            cell_,
                            metric,
                            std::max(0.0, median * noise_(generator_) * drift),
                            unit,
                            {{"accel", "kvm"}, {"iperf3", "3.12"}}});
    now_ += 900ms;
  }
  void end(measure::Outcome outcome, const std::string& reason = "",
           const std::map<std::string, std::string>& consoles = {}) {
    run_.cells.push_back({started_, now_, block_, cell_, outcome, reason, consoles});
  }
  void end_run() { run_.end = measure::RunEnd{now_, measure::Outcome::kOk, ""}; }

 private:
  measure::Run& run_;
  measure::Time now_;
  measure::Time started_;
  int block_ = 0;
  measure::Cell cell_;
  std::mt19937 generator_{7};
  std::normal_distribution<double> noise_{1.0, 0.03};
};

double throughput_bps(const std::string& type, double size) {
  if (type == "vde") return std::min(160e6 * size, 560e6) + 10e6 * size;
  if (type == "bridge") return std::min(420e6 * size, 1.9e9);
  return 230e6 + 25e6 * size;
}

void record_values(Recorder& recorder, const measure::Cell& cell) {
  const auto& type = cell.at("switch");
  const double size = std::stod(cell.at("vms"));
  const double bps = throughput_bps(type, size);
  const double switch_cpu = type == "vde" ? 0.22 + 0.005 * size : type == "bridge" ? 0.02 : 0.0;
  recorder.value("boot.time", 1.4 + 0.2 * size, "s");
  recorder.value("tcp.throughput.sum", bps, "bit/s");
  recorder.value("tcp.retransmits.sum", 12 * size, "count");
  recorder.value("tcp.cpu.hypervisor.max", 1.05 - 0.03 * size, "cpu");
  recorder.value("tcp.cpu.switch", switch_cpu, "cpu");
  recorder.value("udp.offered.sum", bps, "bit/s");
  recorder.value("udp.throughput.sum", bps * 0.99, "bit/s");
  recorder.value("udp.loss.mean", 0.0004 + (type == "socket" ? 0.004 : 0.012 / size), "ratio");
  recorder.value("udp.cpu.hypervisor.max", 0.9 - 0.02 * size, "cpu");
  recorder.value("udp.cpu.switch", switch_cpu * 0.9, "cpu");
  const double rtt = type == "bridge" ? 210e-6 : type == "vde" ? 370e-6 : 440e-6;
  recorder.value("rtt.idle.min", rtt * 0.7, "s");
  recorder.value("rtt.idle.p50", rtt, "s");
  recorder.value("rtt.idle.p90", rtt * 1.3, "s");
  recorder.value("rtt.idle.p99", rtt * 2.4, "s");
  recorder.value("rtt.idle.max", rtt * 3, "s");
  recorder.value("rtt.idle.loss", 0, "ratio");
}

void record_all(measure::Run& run, const std::function<bool(Recorder&, int, const measure::Cell&)>& fails) {
  Recorder recorder(run);
  auto order = run.header.cells;
  std::mt19937 shuffler(static_cast<std::mt19937::result_type>(run.header.seed));
  for (int block = 1; block <= run.header.block_count; ++block) {
    std::ranges::shuffle(order, shuffler);
    for (const auto& cell : order) {
      recorder.begin(block, cell);
      if (fails(recorder, block, cell)) continue;
      record_values(recorder, cell);
      recorder.end(measure::Outcome::kOk);
    }
  }
  recorder.end_run();
}

}  // namespace

measure::Run sample_run() {
  measure::Run run;
  run.header = header("vde-switch-table", {"vde", "bridge", "socket"}, {"2", "4", "6", "8"}, 6);
  record_all(run, [](Recorder& recorder, int block, const measure::Cell& cell) {
    const auto& type = cell.at("switch");
    const auto& size = cell.at("vms");
    if (type == "socket" && size == "8") {
      recorder.end(measure::Outcome::kSkipped, "8 machines need 4 GiB of memory, 3.1 GiB are free.");
      return true;
    }
    if (block == 3 && type == "vde" && size == "6") {
      recorder.value("tcp.throughput.sum", 100e6, "bit/s");
      recorder.end(measure::Outcome::kFailed, "vm5 did not answer within 30 s of its start.",
                   {{"vm5", kConsole}, {"vm6", ""}});
      return true;
    }
    if (block == 5 && type == "bridge" && size == "4") {
      recorder.end(measure::Outcome::kFailed,
                   "iperf3 on vm3 ended with exit code 1: unable to connect to server.",
                   {{"vm3", "login: \n# iperf3 -s -D\n# \n"}});
      return true;
    }
    return false;
  });
  return run;
}

measure::Run one_size_run() {
  measure::Run run;
  run.header = header("switches-compared", {"vde", "bridge", "socket"}, {"2"}, 10);
  record_all(run, [](Recorder&, int, const measure::Cell&) { return false; });
  return run;
}

measure::Run hostile_run() {
  const std::string attack = "</script></title></style><img src=x onerror=\"throw 1\"><!--'\"&{{data}}";
  measure::Run run;
  run.header = header(attack, {attack, "bridge"}, {"2", "4"}, 6);
  run.header.scenario_text = attack + "\n" + kScenario;
  run.header.scenario_file = attack;
  run.header.banco_version = attack;
  run.header.environment = {{attack, attack}};
  record_all(run, [&](Recorder& recorder, int block, const measure::Cell&) {
    if (block < 6) {
      recorder.value(attack + ".throughput.sum", 1e8 * block, "bit/s");
      recorder.value(attack, block, attack);
      recorder.end(measure::Outcome::kOk);
    } else {
      recorder.end(measure::Outcome::kFailed, attack,
                   {{attack, attack + std::string(100'000, 'x') + "\xff\x1b[2J\0"}});
    }
    return true;
  });
  run.end->reason = attack;
  return run;
}

measure::Run failed_run() {
  measure::Run run;
  run.header = header("vde-switch-table", {"vde", "bridge"}, {"2", "4"}, 6);
  record_all(run, [](Recorder& recorder, int, const measure::Cell&) {
    recorder.end(measure::Outcome::kFailed, "vm1 did not answer within 30 s of its start.",
                 {{"vm1", kConsole}});
    return true;
  });
  run.cells.resize(5);
  run.end.reset();
  return run;
}

std::vector<report::ThesisView> sample_theses() {
  using ledger::Verdict;
  report::ThesisView view;
  view.row.id = "vde-switch-table";
  view.row.seed = "000";
  view.row.section = "table 2.1";
  view.row.title = "VDE with 2 to 8 virtual machines";
  view.row.method = "2, 4, 6, 8 guests in pairs; TCP first, then UDP both ways at half of what TCP carried.";
  view.row.hardware = "i7-2600K, Linux 3.2 i686-pae, qemu-kvm 1.1.2, iperf 2.0.5";
  view.row.scenario = "theses/vde-switch-table.yaml";
  const auto add = [&](const char* metric, const char* size, double value, const char* unit,
                       const char* text) {
    view.row.figures.push_back({metric, {{"switch", "vde"}, {"vms", size}}, value, unit, text});
  };
  add("tcp.throughput.sum", "2", 390e6, "bit/s", "390 Mbit/s");
  add("tcp.throughput.sum", "4", 540e6, "bit/s", "540 Mbit/s");
  add("tcp.throughput.sum", "6", 550e6, "bit/s", "550 Mbit/s");
  add("tcp.throughput.sum", "8", 555e6, "bit/s", "555 Mbit/s");
  add("udp.loss.mean", "2", 0.0045, "ratio", "0.45 %");
  add("udp.loss.mean", "8", 0.0020, "ratio", "0.20 %");
  add("tcp.cpu.switch", "2", 0.24, "cpu", "24 %");
  add("tcp.cpu.switch", "16", 0.26, "cpu", "26 %");
  const auto judge = [&](const char* claim, Verdict verdict, const char* evidence) {
    ledger::Claim said;
    said.text = claim;
    view.verdicts.push_back({said, verdict, evidence});
  };
  judge("Throughput hardly grows beyond 4 machines.", Verdict::kHolds,
        "4: 588 Mbit/s → 8: 628 Mbit/s, ratio 1.07 (1.04–1.09), 5 blocks");
  judge("Loss falls as machines are added.", Verdict::kDoesNotHold,
        "2: 0.63 % → 8: 0.19 %, ratio 0.30 (0.29–0.31), yet 6 machines lose more than 4");
  judge("The switch needs a quarter of a core, however many machines there are.", Verdict::kNotEnoughEvidence,
        "only 5 of 6 blocks gave a pair: vms 6, switch vde in block 3: failed");
  judge("The switch process stays below one hypervisor.", Verdict::kCannotBeTriedHere,
        "There is no /dev/kvm.");
  judge("A ring in shared memory carries more.", Verdict::kNotBuiltYet,
        "No scenario of this row exists yet.");
  return {view};
}

}  // namespace banco::browser_test
