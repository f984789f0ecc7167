// Guests that boot disks of the user's own by the boot loader on them, spoken to through an agent or a login
// on the serial port.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/disks.hh"
#include "tests/end_to_end/lab.hh"

namespace banco::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DiskLab, IsSpokenToByAgentAndBySerialPort) {
  if (const std::string missing = make_disks(); !missing.empty()) GTEST_SKIP() << missing;
  const std::string before = base::read_file(console_disk());
  in_own_run_directory(As::kSelf, [](const LabUser& user) {
    user.up("name: own\ntopology:\n  nodes:\n    a: {kind: vm, image: " + agent_disk().string() +
            "}\n    c: {kind: vm, image: " + console_disk().string() + R"(, password: secret}
    r: {kind: router}
    sw: {kind: switch, type: vde}
    far: {kind: switch, type: vde}
  links:
    - {endpoints: [a, sw], mtu: 1400}
    - c-far
    - c-sw
    - r-sw
    - r-far
)");
    for (const char* machine : {"a", "c"}) {
      const auto both =
          user.run({"exec", "own", machine, "--", "sh", "-c",
                    "hostname; cat /sys/class/net/eth0/mtu; echo \"it's $0\" >&2; exit 7", "$x"});
      EXPECT_EQ(both.output, machine == std::string("a") ? "a\n1400\n" : "c\n1500\n");
      EXPECT_EQ(both.errors, "it's $x\n");
      EXPECT_EQ(both.status.text(), "exited with code 7");
    }
    EXPECT_THAT(user.run({"exec", "own", "a", "--", "ping", "-c1", "-W2", "c.eth1"}).output,
                HasSubstr("1 received"));
    // By the router, and by name.
    EXPECT_THAT(user.run({"exec", "own", "a", "--", "ping", "-c1", "-W2", "c"}).output,
                AllOf(HasSubstr("(10.0.1.1)"), HasSubstr("1 received")));
    EXPECT_THAT(user.run({"exec", "own", "c", "--", "no-such-program"}).errors,
                HasSubstr("c: its image has no no-such-program"));
    const auto shell = user.run_on_terminal({"shell", "own", "c"}, "tty\nhostname\nexit 3\n");
    EXPECT_THAT(shell.output, AllOf(HasSubstr("/dev/ttyS1"), HasSubstr("\nc\r")));
    EXPECT_EQ(shell.status.text(), "exited with code 3");
  });
  EXPECT_EQ(base::read_file(console_disk()), before);
}

TEST(Disks, ThatCannotBeAreRefusedBeforeAnythingStarts) {
  const TemporaryDirectory directory;
  const auto plan = [&](const std::string& image) {
    return run_banco(As::kSelf, directory,
                     {"plan", directory.scenario("name: own\ntopology: {nodes: {a: {image: " + image +
                                                 "}, sw: {kind: switch, type: vde}}, links: [a-sw]}\n")})
        .errors;
  };
  EXPECT_THAT(plan("./nowhere.qcow2"),
              AllOf(HasSubstr(":2:"), HasSubstr("there is no "), HasSubstr("nowhere.qcow2")));
  base::write_file_atomically(directory.path() / "text.qcow2", "hello\n");
  EXPECT_THAT(plan("./text.qcow2"), HasSubstr("text.qcow2 is no qcow2 image"));
}

}  // namespace
}  // namespace banco::end_to_end
