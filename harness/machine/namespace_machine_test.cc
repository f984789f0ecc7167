#include "harness/machine/namespace_machine.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/machine/lab.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

void in_lab(const std::function<void()>& body) {
  EXPECT_EQ(run_in_lab([&] {
              body();
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(NamespaceMachine, RunsCommandsInItsOwnNetwork) {
  in_lab([] {
    NamespaceMachine host("h");
    EXPECT_THAT(host.run({"ip", "-br", "addr", "show", "lo"}).output, testing::HasSubstr("127.0.0.1"));
    EXPECT_EQ(host.run({"ip", "-br", "link"}).output.find("eth0"), std::string::npos);
  });
}

TEST(NamespaceMachine, CommandsRunSideBySideAndEndWithTheirObjects) {
  in_lab([] {
    NamespaceMachine host("h");
    {
      const auto slow = host.start({"sleep", "50.25"});
      EXPECT_EQ(host.run({"echo", "hello"}).output, "hello\n");
      EXPECT_FALSE(slow->wait_for(milliseconds(1)));
    }
    EXPECT_EQ(host.run({"pgrep", "-fx", "sleep 50.25"}).output, "");
  });
}

TEST(NamespaceMachine, NamesWhatCannotBeStartedAndWhatDoesNotEnd) {
  in_lab([] {
    NamespaceMachine host("h");
    EXPECT_THAT([&] { host.run({"no-such-program"}); },
                testing::ThrowsMessage<MachineError>(testing::StartsWith("h: execve no-such-program: ")));
    EXPECT_THAT(
        [&] {
          host.run({"sleep", "10"}, milliseconds(10));
        },
        testing::ThrowsMessage<MachineError>("h: sleep was not done after 10 ms"));
  });
}

TEST(Lab, GivesRootTheAccountThatLibvirtWants) {
  EXPECT_EQ(
      run_in_lab([] { return std::system("grep -q '^libvirt-qemu:' /etc/passwd || test $(id -u) != 0"); }),
      0);
}

TEST(Lab, LeavesNoAccountBehind) {
  const auto count = [] { return std::system("exit $(grep -c '^libvirt-qemu:' /etc/passwd)"); };
  const int before = count();
  run_in_lab([] { return 0; });
  EXPECT_EQ(count(), before);
}

TEST(Lab, ReportsABodyThatThrows) {
  EXPECT_EQ(run_in_lab([]() -> int { throw std::runtime_error("this message belongs to the test"); }), 1);
}

}  // namespace
}  // namespace banco::machine
