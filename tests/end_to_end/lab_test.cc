// Labs that stay: up, ps, exec, shell, down; and nothing left of them, however they end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/lab.hh"
#include "tests/end_to_end/traces.hh"

namespace banco::end_to_end {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kTwo = R"(
name: two
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: bridge}
    vde: {kind: switch, type: vde}
  links: ["a-sw", "b-sw", "b-vde"]
)";

class Lab : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
  }
};

TEST_P(Lab, RunsCommandsAsIfTheyWereHere) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    EXPECT_THAT(user.run({"exec", "two", "a", "--", "ping", "-c1", "-W2", "b"}).output,
                AllOf(HasSubstr("(10.0.0.2)"), HasSubstr("1 received")));
    EXPECT_THAT(user.run({"exec", "two", "a", "--", "getent", "ahostsv4", "b.eth1"}).output,
                HasSubstr("10.0.1.1"));
    EXPECT_EQ(user.run({"exec", "two", "a", "--", "sh", "-c", "exit 7"}).status.text(), "exited with code 7");
    EXPECT_EQ(user.run({"exec", "two", "a", "--", "sh", "-c", "kill -9 $$"}).status.text(),
              "exited with code 137");
    EXPECT_EQ(user.run({"exec", "two", "a", "--", "no-such-program"}).status.text(), "exited with code 127");
    const auto both = user.run(
        {"exec", "two", "a", "--", "sh", "-c", "uname -n; pwd; echo $BANCO_LAB $BANCO_NODE; echo words >&2"});
    EXPECT_EQ(both.output, "a\n" + std::filesystem::current_path().string() + "\ntwo a\n");
    EXPECT_EQ(both.errors, "words\n");
    EXPECT_THAT(user.run({"exec", "two", "a", "--", "ip", "-br", "address"}).output,
                HasSubstr("10.0.0.1/24"));
    EXPECT_EQ(user.run({"exec", "two", "a", "--", "ip", "link", "set", "eth0", "down"}).errors, "");
  });
}

TEST_P(Lab, GivesCommandsTheInputOfTheirCaller) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    const auto input = user.directory().path() / "input";
    base::write_file_atomically(input, std::string(300'000, 'x'));
    base::ChildOptions options = user.command({"exec", "two", "b", "--", "wc", "-c"});
    const base::FileDescriptor file = base::open_file(input, O_RDONLY);
    options.standard_input = &file;
    EXPECT_EQ(base::run_command(options).output, "300000\n");
  });
}

// The program that a process runs; empty when it has ended.
std::string name_of(pid_t process) {
  try {
    const std::string line = base::read_file("/proc/" + std::to_string(process) + "/comm");
    return line.substr(0, line.find('\n'));
  } catch (const base::SystemError&) {
    return {};
  }
}

TEST_P(Lab, HandsSignalsToCommands) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    const std::string mark = "54321.0" + std::to_string(::getpid());
    base::ChildProcess exec(user.command({"exec", "two", "a", "--", "sleep", mark}));
    const auto sleeps = [&] {
      for (const pid_t each : processes_with(mark))
        if (name_of(each) == "sleep") return true;
      return false;
    };
    while (!sleeps()) std::this_thread::sleep_for(milliseconds(5));
    exec.signal(SIGTERM);
    const auto status = exec.wait_for(std::chrono::seconds(10));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->text(), "exited with code 143");
    EXPECT_THAT(processes_with(mark), IsEmpty());
  });
}

TEST_P(Lab, HasShellsWithJobControlAndAPromptThatNamesTheMachine) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    const auto result = user.run_on_terminal(
        {"shell", "two", "b"}, "test -t 0 && echo on a terminal\nuname -n\nsleep 99 &\nkill %1\nexit 3\n");
    EXPECT_EQ(result.status.text(), "exited with code 3");
    EXPECT_THAT(result.output,
                AllOf(HasSubstr("[two:b]"), HasSubstr("on a terminal"), Not(HasSubstr("job control"))));
  });
}

TEST_P(Lab, IsListed) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    EXPECT_EQ(user.run({"ps"}).output, "");
    EXPECT_EQ(user.run({"ps", "--json"}).output, "[]\n");
    user.up(kTwo);
    user.up(kTwo, {"--name", "second"});
    EXPECT_THAT(
        user.run({"ps"}).output,
        AllOf(HasSubstr("second "), HasSubstr("two "), HasSubstr("scenario.yaml"),
              HasSubstr("namespace, running: a 10.0.0.1, b 10.0.0.2 10.0.1.1"), HasSubstr("bridge: sw")));
    const auto labs = nlohmann::json::parse(user.run({"ps", "--json"}).output);
    ASSERT_EQ(labs.size(), 2U);
    EXPECT_EQ(labs[0].at("name"), "second");
    EXPECT_EQ(labs[1].at("machines").at(0).at("interfaces").at(0).at("switch"), "sw");
    EXPECT_EQ(user.run({"down", "two"}).output, "two is down\n");
    EXPECT_THAT(user.run({"exec", "second", "a", "--", "ping", "-c1", "-W2", "b"}).output,
                HasSubstr("1 received"));
    EXPECT_EQ(user.run({"down", "--all"}).output, "second is down\n");
  });
}

TEST_P(Lab, SaysWhatIsWrong) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto expect_refusal = [&](std::vector<std::string> arguments, const std::string& sentence) {
      const auto result = user.run(std::move(arguments));
      EXPECT_EQ(result.status.text(), "exited with code 2") << result.errors;
      EXPECT_THAT(result.errors, HasSubstr(sentence));
    };
    expect_refusal({"exec", "two", "a", "--", "true"}, "there is no lab two; none is up");
    expect_refusal({"down", "two"}, "there is no lab two");
    expect_refusal({"down"}, "LAB or --all");
    user.up(kTwo);
    expect_refusal({"up", user.directory().path() / "scenario.yaml"}, "there is a lab two already");
    expect_refusal({"up", user.directory().path() / "scenario.yaml", "--name", "../x"},
                   "not the name of a lab");
    expect_refusal({"exec", "three", "a", "--", "true"}, "there is no lab three; there is two");
    expect_refusal({"exec", "two", "c", "--", "true"}, "there is no machine c; there is a, b");
    expect_refusal({"shell", "two", "sw"}, "there is no machine sw");
    expect_refusal({"capture", "two", "c:eth0"}, "there is no link c:eth0; there is a:eth0, b:eth0, b:eth1");
    expect_refusal({"capture", "two", "a:eth0", "tcp", "prot", "80"}, "\"tcp prot 80\" is no filter");
    const auto matrix = user.directory().scenario(R"(
name: matrix
matrix: {switch: [vde, bridge]}
topology:
  nodes:
    a: {kind: namespace}
    sw: {kind: switch, type: "${switch}"}
  links: [a-sw]
)");
    expect_refusal({"up", matrix}, "2 cells, and a lab is one of them: choose it with --set switch=");
    EXPECT_THAT(user.run({"up", matrix, "--set", "switch=vde"}).output, HasSubstr("switch=vde"));
  });
}

// The processes of a lab: its host, init and supervisor. Of a lab in the making, too.
pid_t process_of_lab(const base::ChildProcess& up, const LabUser& user, unsigned long depth) {
  pid_t process = child_of(up.pid());
  if (process <= 0) process = user.host_of_lab();
  for (; depth > 0 && process > 0 && child_of(process) > 0; --depth) process = child_of(process);
  return process;
}

TEST_P(Lab, KilledAtRandomMomentsLeavesNothing) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto file = user.directory().scenario(kTwo);
    std::random_device device;
    const std::uint32_t seed = device();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const base::FileDescriptor log =
        base::open_file(user.directory().path() / "log", O_WRONLY | O_CREAT | O_APPEND);
    user.run({"ps"});  // the place where labs are
    const auto before = traces();
    for (int round = 0; round < 12; ++round) {
      SCOPED_TRACE("round " + std::to_string(round));
      base::ChildOptions options = user.command({"up", file});
      options.standard_output = options.standard_error = &log;
      base::ChildProcess up(options);
      for (int i = 0; i < 5000 && !user.lab_is_there("two"); ++i)
        std::this_thread::sleep_for(milliseconds(1));
      std::this_thread::sleep_for(milliseconds(random() % 400));
      const pid_t victim = process_of_lab(up, user, random() % 3);
      ASSERT_GT(victim, 1);
      ASSERT_EQ(::kill(victim, SIGKILL), 0);
      expect_no_processes(user);
      EXPECT_EQ(user.run({"ps"}).output, "");
      expect_nothing_left(user, before);
    }
  });
}

TEST_P(Lab, IsTakenDownWhenItsSupervisorHangs) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    const pid_t supervisor = child_of(child_of(user.host_of_lab()));
    ASSERT_GT(supervisor, 1);
    ASSERT_EQ(::kill(supervisor, SIGSTOP), 0);
    EXPECT_THAT(user.run({"ps"}).output, HasSubstr("does not answer"));
    EXPECT_EQ(user.run({"down", "two"}).output, "two is down\n");
    expect_no_processes(user);
  });
}

INSTANTIATE_TEST_SUITE_P(By, Lab, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
