#include "harness/machine/container_machine.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "harness/machine/lab.hh"
#include "impl/base/child_process.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A root of busybox alone.
std::filesystem::path make_root() {
  const auto root = kLabDirectory / "busybox";
  for (const char* folder : {"bin", "proc", "dev", "sys", "etc", "tmp"})
    std::filesystem::create_directories(root / folder);
  std::filesystem::copy_file("/bin/busybox", root / "bin/busybox");
  base::run_command({.command = {root / "bin/busybox", "--install", "-s", root / "bin"}});
  for (const auto& entry : std::filesystem::directory_iterator(root / "bin"))
    if (entry.is_symlink()) {
      std::filesystem::remove(entry.path());
      std::filesystem::create_symlink("busybox", entry.path());
    }
  return root;
}

void in_lab(const std::function<void(const ContainerRuntime&, const std::filesystem::path& root)>& body,
            const LimitGroups* limits = nullptr) {
  for (const char* program : {"crun", "catatonit", "busybox"})
    if (!base::find_program(program)) GTEST_SKIP() << "missing: " << program;
  EXPECT_EQ(run_in_lab([&] {
              const ContainerRuntime runtime(limits);
              body(runtime, make_root());
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(ContainerMachine, HasProcessesFilesANameAndANetworkOfItsOwn) {
  in_lab([](const ContainerRuntime& runtime, const auto& root) {
    ContainerMachine one(runtime, {.name = "one", .root = {root, {}}, .network = {}});
    ContainerMachine two(runtime, {.name = "two", .root = {root, {}}, .network = {}});
    EXPECT_EQ(one.run({"hostname"}).output, "one\n");
    EXPECT_EQ(one.run({"sh", "-c", "echo $(ls -d /proc/[0-9]*)"}).output.substr(0, 8), "/proc/1 ");
    EXPECT_THAT(one.run({"ip", "addr"}).output, HasSubstr("127.0.0.1"));
    one.run({"sh", "-c", "echo mine > /tmp/note"});
    EXPECT_EQ(one.read_file("/tmp/note"), "mine\n");
    EXPECT_THAT([&] { two.read_file("/tmp/note"); },
                testing::ThrowsMessage<MachineError>(HasSubstr("two: open /tmp/note: ")));
    EXPECT_FALSE(std::filesystem::exists(root / "tmp/note"));
    two.write_file("/etc/hosts", "10.0.0.1 one\n");
    EXPECT_EQ(two.run({"cat", "/etc/hosts"}).output, "10.0.0.1 one\n");
  });
}

TEST(ContainerMachine, ManagesItsOwnNetworkAndNothingOfTheLab) {
  in_lab([](const ContainerRuntime& runtime, const auto& root) {
    ContainerMachine host(runtime, {.name = "h", .root = {root, {}}, .network = {}});
    EXPECT_TRUE(host.run({"ip", "addr", "add", "10.9.9.9/32", "dev", "lo"}).status.success());
    EXPECT_TRUE(host.run({"ping", "-c1", "-W1", "10.9.9.9"}).status.success());
    EXPECT_FALSE(host.run({"mount", "-t", "tmpfs", "tmpfs", "/tmp"}).status.success());
    EXPECT_FALSE(host.run({"sh", "-c", "echo 1 > /proc/sys/kernel/panic"}).status.success());
    EXPECT_FALSE(host.run({"hostname", "other"}).status.success());
  });
}

TEST(ContainerMachine, FilesAreSoughtInsideWhateverLinksSay) {
  in_lab([](const ContainerRuntime& runtime, const auto& root) {
    ContainerMachine host(runtime, {.name = "h", .root = {root, {}}, .network = {}});
    const auto outside = kLabDirectory / "outside";
    base::write_file_atomically(outside, "the lab's");
    host.run({"ln", "-s", outside, "/tmp/link"});
    host.run({"ln", "-s", "../../../../../../run/outside", "/tmp/climbing"});
    for (const char* link : {"/tmp/link", "/tmp/climbing"}) EXPECT_THROW(host.read_file(link), MachineError);
    EXPECT_THROW(host.write_file("/tmp/link", "the container's"), MachineError);
    EXPECT_EQ(base::read_file(outside), "the lab's");
  });
}

TEST(ContainerMachine, CommandsEndWithTheirObjectsAndContainersWithTheirs) {
  in_lab([](const ContainerRuntime& runtime, const auto& root) {
    {
      ContainerMachine host(runtime, {.name = "h", .root = {root, {}}, .network = {}});
      {
        const auto slow = host.start({"sleep", "50.25"});
        EXPECT_FALSE(slow->wait_for(milliseconds(50)));
      }
      EXPECT_EQ(base::run_command({.command = {"pgrep", "-fx", "sleep 50.25"}}).output, "");
      const auto ended = host.start({"sleep", "50.5"});
      ended->end();
      const auto result = ended->wait_for(milliseconds(20'000));
      ASSERT_TRUE(result);
      EXPECT_FALSE(result->status.success());
      host.run({"sh", "-c", "sleep 50.75 >/dev/null 2>&1 &"});
      EXPECT_NE(base::run_command({.command = {"pgrep", "-fx", "sleep 50.75"}}).output, "");
    }
    EXPECT_EQ(base::run_command({.command = {"pgrep", "-f", "sleep 50|crun|catatonit"}}).output, "");
    EXPECT_TRUE(std::filesystem::is_empty(kLabDirectory / "containers"));
    EXPECT_TRUE(std::filesystem::is_empty(kLabDirectory / "netns"));
    EXPECT_EQ(base::read_file("/proc/self/mounts").find("overlay /run"), std::string::npos);
  });
}

// CPU seconds that a second of busy work took.
double cpu_seconds_in(const base::CommandResult& result) {
  double minutes = 0;
  double seconds = 0;
  const auto line = result.output.find('\n') + 1;  // the first is of the shell itself
  EXPECT_EQ(std::sscanf(result.output.c_str() + line, "%lfm%lfs", &minutes, &seconds), 2) << result.output;
  return minutes * 60 + seconds;
}

TEST(ContainerMachine, KeepsToItsLimits) {
  const LimitGroups limits(1);
  for (const auto& obstacle : {limits.cpu_obstacle(), limits.memory_obstacle()})
    if (obstacle) GTEST_SKIP() << "missing: control groups: " << *obstacle;
  in_lab(
      [](const ContainerRuntime& runtime, const auto& root) {
        ContainerMachine limited(runtime, {.name = "limited",
                                           .root = {root, {}},
                                           .network = {},
                                           .limits = {.cpus = 0.1, .memory_bytes = 64 << 20}});
        ContainerMachine free(runtime, {.name = "free", .root = {root, {}}, .network = {}});
        const std::vector<std::string> work{"sh", "-c", "timeout 1 sh -c 'while :; do :; done'; times"};
        const auto first = limited.start(work);
        const auto second = free.start(work);
        const double ratio = cpu_seconds_in(*first->wait_for(milliseconds(20'000))) /
                             cpu_seconds_in(*second->wait_for(milliseconds(20'000)));
        EXPECT_GT(ratio, 0.02);
        EXPECT_LT(ratio, 0.5);
        const std::vector<std::string> allocate{"dd", "if=/dev/zero", "of=/dev/null", "bs=128M", "count=1"};
        const auto killed = limited.run(allocate);
        EXPECT_EQ(killed.status.text(), "exited with code 137");
        EXPECT_THAT(killed.errors, HasSubstr("limited: its limit of memory is reached"));
        EXPECT_TRUE(limited.run({"true"}).status.success());
        EXPECT_TRUE(free.run(allocate).status.success());
        // Files count too, which are in the lab's memory.
        EXPECT_FALSE(
            limited.run({"dd", "if=/dev/zero", "of=/tmp/file", "bs=1M", "count=128"}).status.success());
      },
      &limits);
}

TEST(ContainerMachine, NamesWhatCannotBeStarted) {
  in_lab([](const ContainerRuntime& runtime, const auto& root) {
    EXPECT_THAT(
        [&] {
          ContainerMachine(runtime, {.name = "h", .root = {"/run/nowhere", {}}, .network = {}});
        },
        testing::ThrowsMessage<MachineError>(HasSubstr("h: mount overlay /run/nowhere: ")));
    EXPECT_TRUE(std::filesystem::is_empty(kLabDirectory / "containers"));
    ContainerMachine host(runtime, {.name = "h", .root = {root, {}}, .network = {}});
    const auto result = host.run({"no-such-program"});
    EXPECT_FALSE(result.status.success());
    EXPECT_THAT(result.errors, HasSubstr("no-such-program"));
  });
}

}  // namespace
}  // namespace banco::machine
