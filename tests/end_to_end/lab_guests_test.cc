// Labs with virtual machines: commands through the guest agent, shells on a serial port, captures at a tap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/lab.hh"
#include "tests/end_to_end/traces.hh"

namespace banco::end_to_end {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;
using testing::Not;

class GuestLab : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
    // Built where there is a network.
    const TemporaryDirectory directory;
    ASSERT_TRUE(run_banco(GetParam(), directory, {"image", "build", "base"}).status.success());
  }
};

// A capture that prints; it ends with its lab.
class Printing {
 public:
  Printing(const LabUser& user, const std::vector<std::string>& arguments)
      : file_(user.directory().path() / ("capture of " + arguments[2])),
        output_(base::open_file(file_, O_WRONLY | O_CREAT)),
        process_([&] {
          base::ChildOptions options = user.command(arguments);
          options.standard_output = options.standard_error = &output_;
          return base::ChildProcess(options);
        }()) {
    comes_true([&] { return base::read_file(file_).find("Ctrl-C") != std::string::npos; });
  }
  std::string all() {
    EXPECT_TRUE(process_.wait_for(std::chrono::seconds(10))) << "a capture outlives its lab";
    return base::read_file(file_);
  }

 private:
  std::filesystem::path file_;
  base::FileDescriptor output_;
  base::ChildProcess process_;
};

TEST_P(GuestLab, RunsCommandsAndShells) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(R"(
name: guests
topology:
  nodes:
    vm[1-2]: {kind: vm}
    host: {kind: namespace}
    sw: {kind: switch, type: bridge}
    cable: {kind: switch, type: vde}
  links:
    - endpoints: ["vm*", sw]
    - host-sw
    - vm2-cable
)");
    EXPECT_THAT(user.run({"ps"}).output, HasSubstr("vm, running: vm1 10.0.0.1, vm2 10.0.0.2 10.0.1.1"));
    EXPECT_THAT(user.run({"exec", "guests", "vm1", "--", "ping", "-c1", "-W5", "vm2"}).output,
                AllOf(HasSubstr("(10.0.0.2)"), HasSubstr("1 received")));
    EXPECT_THAT(user.run({"exec", "guests", "host", "--", "ping", "-c1", "-W5", "vm1"}).output,
                HasSubstr("1 received"));
    const auto result =
        user.run({"exec", "guests", "vm1", "--", "sh", "-c", "hostname; echo no >&2; exit 5"});
    EXPECT_EQ(result.status.text(), "exited with code 5");
    EXPECT_EQ(result.output, "vm1\n");
    EXPECT_EQ(result.errors, "no\n");
    EXPECT_EQ(user.run({"exec", "guests", "vm1", "--", "sh", "-c", "kill -15 $$"}).status.text(),
              "exited with code 143");
    EXPECT_EQ(user.run({"exec", "guests", "vm1", "--", "no-such-program"}).status.text(),
              "exited with code 1");

    base::ChildProcess endless(user.command({"exec", "guests", "vm1", "--", "sleep", "777"}));
    const auto it_sleeps = [&] {
      return user.run({"exec", "guests", "vm1", "--", "pidof", "sleep"}).status.success();
    };
    EXPECT_TRUE(comes_true(it_sleeps));
    endless.signal(SIGINT);
    EXPECT_TRUE(comes_true([&] { return !it_sleeps(); })) << "a command goes on that nobody waits for";

    const auto shell =
        user.run_on_terminal({"shell", "guests", "vm2"}, "cd /proc\npwd; tty; hostname\nexit 4\n");
    EXPECT_EQ(shell.status.text(), "exited with code 4");
    EXPECT_THAT(shell.output,
                AllOf(HasSubstr("[guests:vm2] /proc"), HasSubstr("/dev/ttyS1"), HasSubstr("vm2\r\n")));

    Printing capture(user, {"capture", "guests", "vm1-sw", "icmp"});
    user.run({"exec", "guests", "vm1", "--", "ping", "-c2", "-i0.2", "vm2"});
    EXPECT_EQ(user.run({"down", "guests"}).output, "guests is down\n");
    EXPECT_THAT(capture.all(), AllOf(HasSubstr("vm1 > sw: 10.0.0.1 > 10.0.0.2 ICMP echo request 1"),
                                     HasSubstr("sw > vm1: 10.0.0.2 > 10.0.0.1 ICMP echo reply 2"),
                                     HasSubstr("2 frames from the machine, 2 to it, 0 dropped")));
  });
}

// The shortest round trip, milliseconds; -1 when there was none.
double least_rtt_ms(const std::string& ping) {
  const std::string sign = "min/avg/max/mdev = ";
  const std::size_t at = ping.find(sign);
  return at == std::string::npos ? -1 : std::stod(ping.substr(at + sign.size()));
}

TEST_P(GuestLab, GoesThroughWires) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(R"(
name: wires
topology:
  nodes:
    vm[1-2]: {kind: vm}
    plain: {kind: switch, type: vde}
    shm: {kind: switch, type: shm}
    bridge: {kind: switch, type: bridge}
  links:
    - endpoints: ["vm*", plain]
    - {endpoints: [vm1, shm], impair: {delay: 30ms}}
    - vm2-shm
    - {endpoints: [vm1, bridge], impair: {delay: 40ms, from: vm1}}
    - vm2-bridge
)");
    const auto ping = [&](const char* name) {
      return user.run({"exec", "wires", "vm1", "--", "ping", "-c4", "-i0.1", "-W5", name}).output;
    };
    EXPECT_THAT(least_rtt_ms(ping("vm2.eth1")), AllOf(Ge(60), Lt(90))) << "shm://, both ways";
    EXPECT_THAT(least_rtt_ms(ping("vm2.eth2")), AllOf(Ge(40), Lt(60))) << "a tap, one way";

    // What QEMU itself carries goes through a wire in any case.
    EXPECT_THAT(least_rtt_ms(ping("vm2.eth0")), AllOf(Ge(0), Lt(20)));
    Printing capture(user, {"capture", "wires", "vm1-plain", "icmp"});
    Printing impaired(user, {"capture", "wires", "vm1:eth2", "icmp"});
    EXPECT_TRUE(user.run({"impair", "wires", "vm1-plain", "delay=25ms"}).status.success());
    EXPECT_THAT(least_rtt_ms(ping("vm2.eth0")), AllOf(Ge(50), Lt(75)));
    ping("vm2.eth2");
    EXPECT_TRUE(user.run({"impair", "wires", "vm1-plain", "lr.loss=100%"}).status.success());
    EXPECT_THAT(ping("vm2.eth0"), HasSubstr(" 0 received"));
    EXPECT_EQ(user.run({"down", "wires"}).output, "wires is down\n");
    EXPECT_THAT(capture.all(), AllOf(HasSubstr("vm1 > plain: 10.0.0.1 > 10.0.0.2 ICMP echo request 1"),
                                     HasSubstr("plain > vm1: 10.0.0.2 > 10.0.0.1 ICMP echo reply 4"),
                                     HasSubstr("8 frames from the machine, 4 to it, 0 dropped")))
        << "what the machine sent is seen, lost or not";
    EXPECT_THAT(impaired.all(), HasSubstr("4 frames from the machine, 4 to it, 0 dropped"));
  });
}

TEST_P(GuestLab, ThatDoesNotBootSaysWhyAndLeavesNothing) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto before = traces();
    const auto file = user.directory().scenario(R"(
name: broken
topology:
  nodes:
    vm: {kind: vm, append: rdinit=/nonexistent}
    sw: {kind: switch, type: vde}
  links: [vm-sw]
)");
    const auto result = user.run({"up", file, "--accelerator", "tcg"});
    EXPECT_EQ(result.status.text(), "exited with code 1");
    EXPECT_THAT(result.errors, AllOf(HasSubstr("vm: the guest is no longer running"),
                                     HasSubstr("the console of vm ended with:"), HasSubstr("panic")));
    EXPECT_FALSE(user.lab_is_there("broken"));
    expect_nothing_left(user, before);
  });
}

TEST_P(GuestLab, LeavesNothingWhenTheUserEndsItsStart) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    const auto before = traces();
    const auto file = user.directory().scenario(R"(
name: slow
topology:
  nodes:
    vm[1-2]: {kind: vm}
    sw: {kind: switch, type: vde}
  links:
    - endpoints: ["vm*", "sw"]
)");
    base::ChildProcess up(user.command({"up", file, "--accelerator", "tcg"}));
    for (int i = 0; i < 1000 && !user.lab_is_there("slow"); ++i)
      std::this_thread::sleep_for(milliseconds(10));
    ASSERT_TRUE(user.lab_is_there("slow"));
    std::this_thread::sleep_for(milliseconds(300));
    up.signal(SIGINT);
    const auto status = up.wait_for(std::chrono::seconds(20));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->text(), "exited with code 130");
    EXPECT_FALSE(user.lab_is_there("slow"));
    expect_nothing_left(user, before);
  });
}

INSTANTIATE_TEST_SUITE_P(By, GuestLab, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
