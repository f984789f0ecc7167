// What goes wrong in scenarios, machines and guests: one sentence, the right exit code, nothing left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "harness/measure/journal.hh"
#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"

namespace banco::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Failures : public testing::Test {
 protected:
  TemporaryDirectory directory_;

  base::CommandResult run(const std::string& scenario, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{"run", directory_.scenario(scenario), "--out",
                                       directory_.path() / "out"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_banco(As::kSelf, directory_, arguments);
  }
  // Runs banco where `setup` (shell) has changed the machine for it alone.
  base::CommandResult run_where(const std::string& setup, const std::string& scenario) {
    const auto file = directory_.scenario(scenario);
    base::ChildOptions options =
        banco_command(As::kSelf, directory_, {"run", file, "--out", directory_.path() / "out"});
    options.command.insert(options.command.begin(), {"unshare", "--mount", "--propagation", "private", "sh",
                                                     "-euc", setup + "; exec \"$@\"", "sh"});
    return base::run_command(options, std::chrono::seconds(120));
  }
};

constexpr const char* kTwoNamespaces = R"(
name: pair
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
  links: ["a-sw", "b-sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
sampling: {blocks: 1}
)";

constexpr const char* kTwoGuests = R"(
name: pair
topology:
  nodes:
    vm[1-2]: {kind: vm}
    sw: {kind: switch, type: vde}
  links:
    - endpoints: ["vm*", "sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
sampling: {blocks: 1}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(Failures, OfTheScenarioNameTheirPlaceBeforeAnythingStarts) {
  const struct {
    const char* from;
    const char* to;
    const char* sentence;
  } cases[] = {
      {"measure:", "mesure:", "scenario.yaml:9:1: "},
      {"time: 1s", "time: 1", "scenario.yaml:10:39: "},
      {"time: 1s", "time: 1Mbit", "scenario.yaml:10:39: "},
      {"links: [\"a-sw\", \"b-sw\"]", "links: [\"a-sw\"]", "scenario.yaml:"},
      {"a: {kind: namespace}", "a[3-1]: {kind: namespace}", "scenario.yaml:5:"},
  };
  for (const auto& each : cases) {
    const auto result = run(replaced(kTwoNamespaces, each.from, each.to));
    EXPECT_EQ(result.status.text(), "exited with code 2") << each.to << ": " << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(each.sentence)) << each.to;
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "out")) << each.to;
  }
}

TEST_F(Failures, OfAddressesNameTheirPlace) {
  const auto result = run(
      replaced(replaced(kTwoNamespaces, "a: {kind: namespace}", "a: {kind: namespace, address: 10.0.0.1/24}"),
               "b: {kind: namespace}", "b: {kind: namespace, address: 10.0.0.1/24}"));
  EXPECT_EQ(result.status.text(), "exited with code 2");
  EXPECT_THAT(result.errors, AllOf(HasSubstr("scenario.yaml:8:"), HasSubstr("10.0.0.1")));
}

TEST_F(Failures, OfAnUnknownImageNameWhatThereIs) {
  const auto result = run(replaced(kTwoGuests, "{kind: vm}", "{kind: vm, image: bsae}"));
  EXPECT_EQ(result.status.text(), "exited with code 2") << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("scenario.yaml:5:"), HasSubstr("bsae"), HasSubstr("base")));
}

TEST_F(Failures, OfAGuestLeaveItsConsoleAndTheOtherCells) {
  const auto result = run(R"(
name: bad-guest
matrix:
  append: ["rdinit=/nonexistent", quiet]
topology:
  nodes:
    vm[1-2]: {kind: vm, append: "${append}"}
    sw: {kind: switch, type: vde}
  links:
    - endpoints: ["vm*", "sw"]
measure:
  - iperf3: {pairs: neighbours, time: 1s, omit: 0s}
sampling: {blocks: 1}
)");
  EXPECT_EQ(result.status.text(), "exited with code 1") << result.errors;
  const measure::Run run = measure::read_journal(directory_.path() / "out/journal.jsonl");
  ASSERT_EQ(run.cells.size(), 2U);
  for (const measure::CellResult& cell : run.cells) {
    if (cell.cell.at("append") == "quiet") {
      EXPECT_EQ(cell.outcome, measure::Outcome::kOk) << cell.reason;
      continue;
    }
    EXPECT_EQ(cell.outcome, measure::Outcome::kFailed);
    EXPECT_THAT(cell.reason, HasSubstr("no longer running"));
    EXPECT_THAT(cell.consoles.at("vm1"), HasSubstr("Kernel panic"));
  }
  EXPECT_THAT(base::read_file(directory_.path() / "out/report.html"), HasSubstr("Kernel panic"));
}

// The QEMU process of a guest in the lab of the run whose caller is `banco`, or -1.
pid_t hypervisor_of(const base::ChildProcess& banco, const std::string& guest) {
  const auto lab_of = [](const std::string& pid) {
    std::error_code gone;
    return std::filesystem::read_symlink("/proc/" + pid + "/ns/pid", gone).string();
  };
  const std::string lab = lab_of(std::to_string(child_of(banco.pid())));
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || lab_of(name) != lab) continue;
    if (base::read_file(entry.path() / "cmdline").find("guest=" + guest + ",") != std::string::npos)
      return std::stoi(name);
  }
  return -1;
}

TEST_F(Failures, OfAGuestInTheMiddleOfTrafficAreSeenAndTheOtherCellsGoOn) {
  const auto out = directory_.path() / "out";
  const auto file =
      directory_.scenario(replaced(replaced(kTwoGuests, "time: 1s", "time: 6s"), "blocks: 1", "blocks: 2"));
  base::ChildProcess banco(banco_command(As::kSelf, directory_, {"run", file, "--out", out}));
  const auto samples = [&] { return has_journal(out) ? values_of(out, "boot.time").size() : 0; };
  for (int i = 0; i < 4000 && samples() == 0; ++i)
    ASSERT_FALSE(banco.wait_for(std::chrono::milliseconds(50)));
  ASSERT_FALSE(banco.wait_for(std::chrono::milliseconds(2000)));
  const pid_t victim = hypervisor_of(banco, "vm2");
  ASSERT_GT(victim, 0);
  ASSERT_EQ(::kill(victim, SIGKILL), 0);
  const auto status = banco.wait_for(std::chrono::seconds(200));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->text(), "exited with code 1");
  const measure::Run run = measure::read_journal(out / "journal.jsonl");
  ASSERT_EQ(run.cells.size(), 2U);
  EXPECT_EQ(run.cells[0].outcome, measure::Outcome::kFailed);
  EXPECT_THAT(run.cells[0].reason, HasSubstr("vm"));
  EXPECT_EQ(run.cells[1].outcome, measure::Outcome::kOk) << run.cells[1].reason;
}

TEST_F(Failures, OfProgramsNameThePackage) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root, to hide programs in a mount namespace";
  const struct {
    const char* program;
    const char* scenario;
    const char* package;
  } cases[] = {{"/usr/bin/iperf3", kTwoNamespaces, "apt-get install iperf3"},
               {"/usr/bin/qemu-system-x86_64", kTwoGuests, "apt-get install qemu-system-x86"},
               {"/usr/bin/vde_switch", kTwoGuests, "apt-get install vde-switch"}};
  for (const auto& each : cases) {
    const auto result = run_where(std::string("mount --bind /dev/null ") + each.program, each.scenario);
    EXPECT_EQ(result.status.text(), "exited with code 1") << each.program;
    EXPECT_THAT(result.errors, HasSubstr(each.package));
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "out")) << each.program;
  }
}

TEST_F(Failures, OfDiskSpaceSayHowMuchIsWanted) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root, to mount a small disk";
  const auto out = directory_.path() / "out";
  const auto result = run_where("mkdir " + out.string() + "; mount -t tmpfs -o size=5M tmpfs " + out.string(),
                                kTwoNamespaces);
  EXPECT_EQ(result.status.text(), "exited with code 1") << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("MiB are free at " + out.string()));
  EXPECT_TRUE(std::filesystem::is_empty(out));
}

TEST_F(Failures, OfUserNamespacesSayHowToAllowThem) {
  if (const std::string obstacle = obstacle_to(As::kOrdinaryUser); !obstacle.empty() && ::geteuid() == 0)
    GTEST_SKIP() << obstacle;
  const auto file = directory_.scenario(kTwoNamespaces);
  base::ChildOptions options = banco_command(::geteuid() == 0 ? As::kOrdinaryUser : As::kSelf, directory_,
                                             {"run", file, "--out", directory_.path() / "out"});
  // As an ordinary user below a limit of no further user namespaces.
  const auto banco = options.command.end() - 5;
  options.command.insert(banco, {"unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-euc",
                                 "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"", "sh"});
  const auto result = base::run_command(options);
  EXPECT_EQ(result.status.text(), "exited with code 1") << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("user namespaces cannot be made"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "out"));
}

TEST_F(Failures, RefuseALibvirtOutsideOfTheLab) {
  for (const std::string uri :
       {"qemu:///system", "qemu+ssh://host/session", "qemu:///session?socket=/tmp/socket"}) {
    const auto result = run(kTwoGuests, {"--libvirt-uri", uri});
    EXPECT_EQ(result.status.text(), "exited with code 1");
    EXPECT_THAT(result.errors, HasSubstr("the libvirt of " + uri + " is outside of the lab"));
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "out"));
  }
}

TEST_F(Failures, RefuseRootsLibvirtSession) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root";
  const auto result = run(kTwoGuests, {"--libvirt-uri", "qemu:///session"});
  EXPECT_EQ(result.status.text(), "exited with code 1");
  EXPECT_THAT(result.errors, HasSubstr("run banco as an ordinary user"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "out"));
}

TEST_F(Failures, RefuseADirectoryThatHoldsResults) {
  ASSERT_TRUE(run(kTwoNamespaces).status.success());
  const auto again = run(kTwoNamespaces);
  EXPECT_EQ(again.status.text(), "exited with code 1");
  EXPECT_THAT(again.errors, HasSubstr("holds the results of another run"));
}

}  // namespace
}  // namespace banco::end_to_end
