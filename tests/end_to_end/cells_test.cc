// Whole runs of banco, small but real: what goes in, what comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "harness/measure/journal.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"

namespace banco::end_to_end {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;

class Cells : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
  }
  TemporaryDirectory directory_;
};

void expect_all_outputs(const std::filesystem::path& out) {
  const std::string page = base::read_file(out / "report.html");
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy"));
  EXPECT_THAT(base::read_file(out / "results.csv"), HasSubstr("throughput"));
  EXPECT_TRUE(nlohmann::json::accept(base::read_file(out / "results.json")));
}

TEST_P(Cells, NamespacesOnABridge) {
  const auto file = directory_.scenario(R"(
name: bridge
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
  links: ["a-sw", "b-sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
  - name: flood
    iperf3: {pairs: neighbours, udp: true, direction: both, rate: {share: 50%, of: tcp}, time: 1s, omit: 0s}
  - ping: {pairs: neighbours, count: 5, interval: 10ms, during: [idle, tcp]}
  - dd: {pairs: neighbours, source: zero, count: 16}
  - cpu: {per: role}
sampling: {blocks: 2, seed: 7}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("report.html"));
  expect_all_outputs(out);
  EXPECT_THAT(values_of(out, "tcp.throughput.sum"), AllOf(SizeIs(2), Each(Gt(1e6))));
  EXPECT_THAT(values_of(out, "rtt.idle.p50"), AllOf(SizeIs(2), Each(AllOf(Gt(0), Lt(0.1)))));
  EXPECT_THAT(values_of(out, "rtt.tcp.p50"), SizeIs(2));
  EXPECT_THAT(values_of(out, "dd.throughput.sum"), AllOf(SizeIs(2), Each(Gt(1e6))));
  EXPECT_THAT(values_of(out, "tcp.cpu.host"), AllOf(SizeIs(2), Each(Gt(0))));
  const auto tcp = values_of(out, "tcp.throughput.sum");
  const auto offered = values_of(out, "flood.offered.sum");
  ASSERT_THAT(offered, SizeIs(2));
  EXPECT_NEAR(offered[0], tcp[0] / 2, tcp[0] * 0.01);
  const measure::Run run = measure::read_journal(out / "journal.jsonl");
  EXPECT_EQ(run.header.seed, 7U);
  EXPECT_EQ(run.end->outcome, measure::Outcome::kOk);
}

TEST_P(Cells, LeaveTheFramesOfCapturedLinksAndMarkWhatTheyMeasured) {
  const auto file = directory_.scenario(R"(
name: captured
matrix: {captured: ["true", "false"]}
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
  links:
    - endpoints: [a, sw]
      capture: ${captured}
    - b-sw
measure:
  - ping: {pairs: neighbours, count: 5, interval: 10ms}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("1 ok, captured"), HasSubstr("Frames were captured in 1 cell")));
  for (const measure::Sample& sample : measure::read_journal(out / "journal.jsonl").samples)
    EXPECT_EQ(sample.tainted, sample.cell.at("captured") == "true") << sample.metric;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(out / "captures"))
    files.push_back(entry.path().filename());
  EXPECT_THAT(files, testing::ElementsAre("block1-cell1-a.eth0.pcapng"));
  // Each ping of the measure and of the wait before it, there and back, and more.
  EXPECT_GT(std::filesystem::file_size(out / "captures/block1-cell1-a.eth0.pcapng"), 12 * 98U);
}

TEST_P(Cells, TwoGuestsOnAVdeSwitch) {
  const auto file = directory_.scenario(R"(
name: guests
topology:
  nodes:
    vm[1-2]: {kind: vm}
    sw: {kind: switch, type: vde}
  links:
    - endpoints: ["vm*", "sw"]
measure:
  - iperf3: {pairs: neighbours, time: 2s, omit: 0s}
  - cpu: {per: role}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  expect_all_outputs(out);
  EXPECT_THAT(values_of(out, "tcp.throughput.sum"), AllOf(SizeIs(1), Each(Gt(1e6))));
  EXPECT_THAT(values_of(out, "tcp.cpu.hypervisor.max"), Each(AllOf(Gt(0), Lt(2.5))));
  EXPECT_THAT(values_of(out, "tcp.cpu.switch"), AllOf(SizeIs(1), Each(Gt(0))));
  const measure::Run run = measure::read_journal(out / "journal.jsonl");
  ASSERT_THAT(run.samples, testing::Not(IsEmpty()));
  EXPECT_THAT(run.samples[0].key.at("accelerator"), testing::AnyOf("kvm", "tcg"));
}

// What QEMU's vde netdev makes of our module.
TEST_P(Cells, TwoGuestsOnASwitchInSharedMemory) {
  const auto file = directory_.scenario(R"(
name: shared-memory
topology:
  nodes:
    vm[1-2]: {kind: vm}
    sw: {kind: switch, type: shm}
  links:
    - endpoints: ["vm*", "sw"]
measure:
  - iperf3: {pairs: neighbours, time: 2s, omit: 0s}
  - name: flood
    iperf3: {pairs: neighbours, udp: true, rate: {share: 20%, of: tcp}, time: 1s, omit: 0s}
  - cpu: {per: role}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(values_of(out, "tcp.throughput.sum"), AllOf(SizeIs(1), Each(Gt(1e6))));
  EXPECT_THAT(values_of(out, "flood.throughput.sum"), AllOf(SizeIs(1), Each(Gt(1e5))));
  // The switch sleeps while frames flow: less than a hundredth of a processor.
  EXPECT_THAT(values_of(out, "tcp.cpu.switch"), AllOf(SizeIs(1), Each(Lt(0.01))));
}

TEST_P(Cells, ContainersAGuestAndANamespaceOnOneSwitch) {
  for (const char* program : {"crun", "catatonit"})
    if (!base::find_program(program)) GTEST_SKIP() << "missing: " << program;
  const auto file = directory_.scenario(R"(
name: mixed
topology:
  addressing: {ipv6: "fd00::/48"}
  nodes:
    c[1-2]: {kind: container}
    vm: {kind: vm}
    n: {kind: namespace}
    sw: {kind: switch, type: shm}
  links: [c1-sw, c2-sw, vm-sw, n-sw]
measure:
  - name: containers
    iperf3: {pairs: [[c1, c2]], time: 1s, omit: 0s}
  - name: mixed
    iperf3: {pairs: [[c1, vm], [n, c2]], family: ipv6, time: 1s, omit: 0s}
  - ping: {pairs: [[vm, c1], [c2, n]], count: 3, interval: 10ms}
  - dd: {pairs: [[c1, vm], [n, c2]], family: ipv6, count: 64}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  for (const char* metric : {"containers.throughput.sum", "mixed.throughput.sum"})
    EXPECT_THAT(values_of(out, metric), AllOf(SizeIs(1), Each(Gt(1e6)))) << metric;
  EXPECT_THAT(values_of(out, "rtt.idle.p50"), AllOf(SizeIs(1), Each(Gt(0))));
  EXPECT_THAT(values_of(out, "dd.throughput.sum"), AllOf(SizeIs(1), Each(Gt(1e5))));
  const measure::Run run = measure::read_journal(out / "journal.jsonl");
  ASSERT_THAT(run.samples, testing::Not(IsEmpty()));
  EXPECT_THAT(run.samples[0].key.at("crun"), HasSubstr("."));
}

TEST_P(Cells, GuestsBehindARouterAndOnTwoSwitches) {
  const auto file = directory_.scenario(R"(
name: routed
topology:
  addressing: {ipv6: "fd00::/48"}
  nodes:
    vm[1-2]: {kind: vm}
    host: {kind: namespace}
    router: {kind: router}
    left: {kind: switch, type: vde}
    right: {kind: switch, type: bridge}
  links:
    - {endpoints: [vm1, left], vlan: 10, capture: true}
    - {endpoints: [router, left], vlan: 10}
    - router-right
    - vm2-right
    - vm2-left
    - host-left
measure:
  - {name: six, iperf3: {pairs: [[vm1, vm2]], family: ipv6, time: 1s, omit: 0s}}
  - {name: routed, ping: {pairs: [[vm1, vm2]], count: 5, interval: 10ms}}
  - {name: second, ping: {pairs: [[host, vm2]], count: 5, interval: 10ms}}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(values_of(out, "six.throughput.sum"), AllOf(SizeIs(1), Each(Gt(1e5))));
  for (const char* metric : {"routed.idle.loss", "second.idle.loss"})
    EXPECT_THAT(values_of(out, metric), AllOf(SizeIs(1), Each(Lt(0.5)))) << metric;
  // By the wire, since QEMU itself carries that link: a second of TCP.
  EXPECT_GT(std::filesystem::file_size(out / "captures/block1-cell1-vm1.eth0.pcapng"), 100'000U);
}

TEST_P(Cells, AreChangedByEventsMeanwhile) {
  const auto file = directory_.scenario(R"(
name: events
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    s: {kind: switch, type: shm}
  links: [a-s, b-s]
events:
  - {at: 2s, link: a-s, impair: {from: s, loss: "0%", delay: 30ms}}
  - {at: 1s, link: a-s, impair: {loss: "100%"}}
measure:
  - ping: {pairs: [[a, b]], count: 30, interval: 100ms}
sampling: {blocks: 1}
)");
  const auto out = directory_.path() / "out";
  const auto result = run_banco(GetParam(), directory_, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(values_of(out, "rtt.idle.loss"), testing::ElementsAre(AllOf(Gt(0.5), Lt(0.8))))
      << "from a second on what a sends is lost";
  EXPECT_THAT(values_of(out, "rtt.idle.max"), testing::ElementsAre(Lt(0.02)));
}

TEST_P(Cells, AreKeptAndReportedWhenTheUserEndsTheRun) {
  const auto file = directory_.scenario(R"(
name: long
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
  links: ["a-sw", "b-sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
sampling: {blocks: 100}
)");
  const auto out = directory_.path() / "out";
  base::ChildOptions options = banco_command(GetParam(), directory_, {"run", file, "--out", out});
  base::ChildProcess banco(options);
  for (int i = 0; i < 200 && !has_journal(out); ++i)
    ASSERT_FALSE(banco.wait_for(std::chrono::milliseconds(50)));
  ASSERT_FALSE(banco.wait_for(std::chrono::milliseconds(4000)));
  banco.signal(SIGINT);
  const auto status = banco.wait_for(std::chrono::seconds(20));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->text(), "exited with code 130");
  expect_all_outputs(out);
  EXPECT_THAT(values_of(out, "tcp.throughput.sum"), testing::Not(IsEmpty()));
  EXPECT_EQ(measure::read_journal(out / "journal.jsonl").end->outcome, measure::Outcome::kInterrupted);
}

TEST_P(Cells, OfTwoRunsAtOnceDoNotDisturbEachOther) {
  const auto file = directory_.scenario(R"(
name: twin
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: vde}
  links: ["a-sw", "b-sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
sampling: {blocks: 2}
)");
  base::ChildProcess first(
      banco_command(GetParam(), directory_, {"run", file, "--out", directory_.path() / "first"}));
  base::ChildProcess second(
      banco_command(GetParam(), directory_, {"run", file, "--out", directory_.path() / "second"}));
  for (base::ChildProcess* each : {&first, &second}) {
    const auto status = each->wait_for(std::chrono::seconds(60));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->text(), "exited with code 0");
  }
  for (const char* name : {"first", "second"})
    EXPECT_THAT(values_of(directory_.path() / name, "tcp.throughput.sum"), AllOf(SizeIs(2), Each(Gt(1e6))));
}

TEST(LibvirtSession, RunsInsideTheLabAndEndsWithIt) {
  const As as = ::geteuid() == 0 ? As::kOrdinaryUser : As::kSelf;
  if (const std::string obstacle = obstacle_to(as); !obstacle.empty()) GTEST_SKIP() << obstacle;
  if (!base::find_program("libvirtd")) GTEST_SKIP() << "missing: libvirtd (apt-get install libvirt-daemon)";
  const TemporaryDirectory directory;
  const auto file = directory.scenario(R"(
name: session
topology:
  nodes:
    vm: {kind: vm}
    host: {kind: namespace}
    sw: {kind: switch, type: vde}
  links: ["vm-sw", "host-sw"]
measure:
  - ping: {pairs: [[host, vm]], count: 5, interval: 10ms}
sampling: {blocks: 1}
)");
  const auto out = directory.path() / "out";
  const auto result =
      run_banco(as, directory, {"run", file, "--out", out, "--libvirt-uri", "qemu:///session"});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_THAT(values_of(out, "rtt.idle.p50"), SizeIs(1));
  EXPECT_THAT(processes_with(directory.path()), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(cache_of(as) / "libvirt"));
}

// What a probe sees of each link, per its comment in the file: shares of the arithmetic that leave room for a
// loaded machine, not for a wrong link.
TEST(ThesisLinks, AreWhatTheirFileSays) {
  if (const std::string obstacle = obstacle_to(As::kSelf); !obstacle.empty()) GTEST_SKIP() << obstacle;
  const TemporaryDirectory directory;
  const auto out = directory.path() / "out";
  const auto result = run_banco(As::kSelf, directory,
                                {"run", PROJECT_SOURCE_DIR "/scenarios/theses/links.yaml", "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  constexpr double kAdsl_bps = 840e3 * 8;
  constexpr double kCable_bps = 100e6 * 1448 / 1538;
  const auto close_to = [](double wanted) { return AllOf(Gt(0.85 * wanted), Lt(1.01 * wanted)); };
  EXPECT_THAT(values_of(out, "down.throughput.adsl-far-adsl-near"),
              testing::ElementsAre(close_to(kAdsl_bps)));
  EXPECT_THAT(values_of(out, "down.throughput.remote-far-remote-near"),
              testing::ElementsAre(close_to(kAdsl_bps)));
  EXPECT_THAT(values_of(out, "down.throughput.cable-far-cable-near"),
              testing::ElementsAre(close_to(kCable_bps)));
  EXPECT_THAT(values_of(out, "adsl.idle.p50"), testing::ElementsAre(AllOf(Gt(0.023), Lt(0.030))))
      << "10 ms each way, and 3 ms for a request at 256 kbit/s";
  EXPECT_THAT(values_of(out, "remote.idle.p50"), testing::ElementsAre(AllOf(Gt(0.100), Lt(0.110))));
  EXPECT_THAT(values_of(out, "cable.idle.p50"), testing::ElementsAre(AllOf(Gt(0), Lt(0.01))));
}

// The kernel leaves segments and checksums to its hardware, which the wire is there.
TEST(ImpairedBridge, CarriesTcpAtItsRateBothWaysInEveryBlock) {
  if (const std::string obstacle = obstacle_to(As::kSelf); !obstacle.empty()) GTEST_SKIP() << obstacle;
  const TemporaryDirectory directory;
  const auto file = directory.scenario(R"(
name: impaired
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
  links: [{endpoints: [a, sw], impair: {rate: 50Mbit, queue: 200p}}, b-sw]
measure:
  - {name: out, iperf3: {pairs: [[a, b]], time: 1s, omit: 0s}}
  - {name: in, iperf3: {pairs: [[b, a]], time: 1s, omit: 0s}}
sampling: {blocks: 2}
)");
  const auto out = directory.path() / "out";
  const auto result = run_banco(As::kSelf, directory, {"run", file, "--out", out});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  const auto is_the_rate = AllOf(Gt(30e6), Lt(50e6));
  for (const char* metric : {"out.throughput.sum", "in.throughput.sum"})
    EXPECT_THAT(values_of(out, metric), testing::ElementsAre(is_the_rate, is_the_rate)) << metric;
}

INSTANTIATE_TEST_SUITE_P(By, Cells, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
