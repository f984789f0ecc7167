// Labs with containers: files and processes of their own, commands and shells in them, fifty at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/lab.hh"
#include "tests/end_to_end/traces.hh"

namespace banco::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ContainerLab : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
    for (const char* program : {"crun", "catatonit"})
      if (!base::find_program(program)) GTEST_SKIP() << "missing: " << program;
    // Built where there is a network.
    const TemporaryDirectory directory;
    ASSERT_TRUE(run_banco(GetParam(), directory, {"image", "build", "base"}).status.success());
  }
};

constexpr const char* kTwo = R"(
name: two
topology:
  nodes:
    c[1-2]: {kind: container}
    host: {kind: namespace}
    sw: {kind: switch, type: bridge}
    ring: {kind: switch, type: shm}
  links:
    - {endpoints: [c1, sw], impair: {}}
    - c2-sw
    - host-sw
    - c1-ring
    - c2-ring
)";

TEST_P(ContainerLab, RunsCommandsAndShells) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    EXPECT_THAT(user.run({"ps"}).output,
                HasSubstr("container, running: c1 10.0.0.1 10.0.1.1, c2 10.0.0.2 10.0.1.2"));
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "ping", "-c1", "-W2", "c2"}).output,
                AllOf(HasSubstr("(10.0.0.2)"), HasSubstr("1 received")));
    EXPECT_THAT(user.run({"exec", "two", "c2", "--", "ping", "-c1", "-W2", "c1.eth1"}).output,
                AllOf(HasSubstr("(10.0.1.1)"), HasSubstr("1 received")));
    EXPECT_THAT(user.run({"exec", "two", "host", "--", "ping", "-c1", "-W2", "c2"}).output,
                HasSubstr("1 received"));
    const auto both = user.run({"exec", "two", "c1", "--", "sh", "-c",
                                "hostname; id -u; echo $BANCO_LAB $BANCO_NODE; echo words >&2; exit 7"});
    EXPECT_EQ(both.output, "c1\n0\ntwo c1\n");
    EXPECT_EQ(both.errors, "words\n");
    EXPECT_EQ(both.status.text(), "exited with code 7");
    // Nobody else's processes and files, and not the guest's init.
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "ps"}).output,
                AllOf(HasSubstr("/dev/init"), Not(HasSubstr("banco"))));
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "ls", "/"}).output, Not(HasSubstr("init\n")));
    user.run({"exec", "two", "c1", "--", "sh", "-c", "echo mine > /root-note"});
    EXPECT_FALSE(user.run({"exec", "two", "c2", "--", "cat", "/root-note"}).status.success());
    const auto shell = user.run_on_terminal({"shell", "two", "c1"}, "tty\nhostname\nexit 3\n");
    EXPECT_THAT(shell.output, AllOf(HasSubstr("[two:c1]"), HasSubstr("/dev/pts/"), HasSubstr("\nc1\r")));
    EXPECT_EQ(shell.status.text(), "exited with code 3");
  });
}

TEST_P(ContainerLab, KeepsToItsLimitsOrSaysThatItDoesNot) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const std::string text =
        "name: small\ntopology: {nodes: {a: {kind: container, cpus: 0.5, memory: 64M}, b: {kind: container}, "
        "sw: {kind: switch, type: bridge}}, links: [a-sw, b-sw]}\n";
    const auto plan = user.run({"plan", user.directory().scenario(text)}).output;
    user.up(text);
    const std::vector<std::string> allocate{"dd", "if=/dev/zero", "of=/dev/null", "bs=128M", "count=1"};
    const auto exit_code_in = [&](const char* machine) {
      std::vector<std::string> words{"exec", "small", machine, "--"};
      words.insert(words.end(), allocate.begin(), allocate.end());
      return user.run(words).status.code;
    };
    EXPECT_EQ(exit_code_in("b"), 0);
    const bool is_enforced = plan.find("limits of ") == std::string::npos;
    EXPECT_THAT(plan,
                testing::AnyOf(testing::Not(HasSubstr("limits of ")), HasSubstr(" not enforced here: ")));
    EXPECT_EQ(exit_code_in("a"), is_enforced ? 137 : 0) << plan;
  });
}

TEST_P(ContainerLab, ImpairsAndCapturesItsLinks) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kTwo);
    EXPECT_THAT(user.run({"impair", "two", "c1:eth0", "loss=100%"}).output, HasSubstr("loss=100%"));
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "ping", "-c1", "-W1", "10.0.0.2"}).output,
                HasSubstr("0 received"));
    EXPECT_THAT(user.run({"impair", "two", "c1:eth0", "loss=0%"}).errors, "");
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "ping", "-c1", "-W2", "10.0.0.2"}).output,
                HasSubstr("1 received"));
    EXPECT_THAT(user.run({"exec", "two", "c1", "--", "tc", "qdisc", "show", "dev", "eth0"}).status.text(),
                "exited with code 0");
  });
}

TEST_P(ContainerLab, TakesAFolderOfTheUsersAsAnImage) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto root = user.directory().path() / "a, b: and c";
    for (const char* folder : {"bin", "proc", "dev", "sys"})
      std::filesystem::create_directories(root / folder);
    std::filesystem::copy_file("/bin/busybox", root / "bin/busybox");
    base::write_file_atomically(root / "note", "of the user\n");
    user.up("name: own\ntopology: {nodes: {a: {kind: container, image: '" + root.string() +
            "'}, b: {kind: namespace}, sw: {kind: switch, type: bridge}}, links: [a-sw, b-sw]}\n");
    EXPECT_EQ(user.run({"exec", "own", "a", "--", "busybox", "cat", "/note"}).output, "of the user\n");
    EXPECT_THAT(user.run({"exec", "own", "b", "--", "ping", "-c1", "-W2", "a"}).output,
                HasSubstr("1 received"));
    user.run({"exec", "own", "a", "--", "busybox", "rm", "/note"});
    EXPECT_FALSE(user.run({"exec", "own", "a", "--", "busybox", "cat", "/note"}).status.success());
    EXPECT_EQ(base::read_file(root / "note"), "of the user\n");
    EXPECT_FALSE(std::filesystem::exists(root / "etc"));
  });
}

TEST_P(ContainerLab, OfFiftyIsUpSoonAndGoneWithoutATrace) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto before = traces();
    const auto start = std::chrono::steady_clock::now();
    user.up("name: fifty\ntopology:\n  shape: {star: {hosts: 50, host: container}}\n");
    const std::chrono::duration<double> up = std::chrono::steady_clock::now() - start;
    std::printf("up in %.2f s\n", up.count());
    EXPECT_LT(up.count(), 9);  // three times what it may take on a machine with two processors
    EXPECT_THAT(user.run({"exec", "fifty", "h50", "--", "ping", "-c1", "-W2", "h1"}).output,
                HasSubstr("1 received"));
    EXPECT_TRUE(user.run({"down", "fifty"}).status.success());
    expect_no_processes(user);
    expect_nothing_left(user, before);
  });
}

INSTANTIATE_TEST_SUITE_P(By, ContainerLab, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
