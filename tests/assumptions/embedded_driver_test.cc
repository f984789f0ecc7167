// What the harness assumes of libvirt's embedded driver, QEMU and the guest agent, seen on the real ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "harness/machine/hypervisor.hh"
#include "harness/machine/image/image.hh"
#include "harness/machine/lab.hh"
#include "harness/machine/virtual_machine.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco {
namespace {

using machine::Hypervisor;
using machine::VirtualMachine;
using std::chrono::milliseconds;
using std::chrono::seconds;

const machine::Image& image() {
  static const machine::Image built = [] {
    machine::ImageStore store(PROJECT_SOURCE_DIR "/images", PROJECT_BINARY_DIR "/test-cache-self/banco");
    if (auto found = store.find("base")) return *found;
    return store.build("base", [](const std::string&) {});
  }();
  return built;
}

machine::GuestSpec guest(const std::string& name, const std::string& append = "") {
  return {.name = name,
          .kernel = image().kernel,
          .initrd = image().initrd,
          .command_line = image().command_line + " " + append,
          .nics = {},
          .console_log = machine::kLabDirectory / (name + ".log"),
          .environment = {}};
}

// The body of a test, with a hypervisor, in a lab of its own.
void with_hypervisor(const std::function<void(Hypervisor&)>& body) {
  if (!base::find_program("qemu-system-x86_64")) GTEST_SKIP() << "missing: qemu-system-x86_64";
  image();  // built outside, where there is a network
  EXPECT_EQ(machine::run_in_lab([&] {
              const auto hypervisor = Hypervisor::embedded(machine::kLabDirectory / "libvirt");
              body(*hypervisor);
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

void wait_until_up(VirtualMachine& guest) {
  const auto start = std::chrono::steady_clock::now();
  while (!guest.answers()) {
    if (std::chrono::steady_clock::now() - start > guest.patience()) throw guest.lateness();
    std::this_thread::sleep_for(milliseconds(50));
  }
}

TEST(EmbeddedDriver, RunsAGuestWhoseAgentRunsCommandsAndCopiesFiles) {
  with_hypervisor([](Hypervisor& hypervisor) {
    VirtualMachine vm(hypervisor, guest("vm1"));
    wait_until_up(vm);

    const auto uname = vm.run({"uname", "-n"});
    EXPECT_EQ(uname.output, "vm1\n") << uname.errors;
    const auto failing = vm.run({"sh", "-c", "echo words >&2; exit 3"});
    EXPECT_EQ(failing.status.text(), "exited with code 3");
    EXPECT_EQ(failing.errors, "words\n");
    const auto killed = vm.run({"sh", "-c", "kill -9 $$"});
    EXPECT_EQ(killed.status.text(), "was killed by signal 9 (Killed)");

    std::string content(200000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
    vm.write_file("/tmp/file", content);
    EXPECT_EQ(vm.read_file("/tmp/file"), content);
    EXPECT_THAT([&] { vm.read_file("/nonexistent"); },
                testing::ThrowsMessage<machine::MachineError>(testing::StartsWith("vm1: guest-file-open: ")));

    const auto slow = vm.start({"sleep", "100"});
    EXPECT_FALSE(slow->wait_for(milliseconds(100)));
    EXPECT_THAT(vm.console_tail(20), testing::HasSubstr("banco: up"));
  });
}

TEST(EmbeddedDriver, CountsTheCpuTimeOfItsGuest) {
  with_hypervisor([](Hypervisor& hypervisor) {
    VirtualMachine vm(hypervisor, guest("vm1"));
    wait_until_up(vm);
    const auto busy = vm.start({"sh", "-c", "while :; do :; done"});
    const auto before = *vm.hypervisor_cpu_time();
    const auto start = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(seconds(2));
    const std::chrono::duration<double> used = *vm.hypervisor_cpu_time() - before;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    EXPECT_GT(used / passed, 0.01);
    EXPECT_LT(used / passed, 1.6);
  });
}

TEST(EmbeddedDriver, SeesAGuestThatPanics) {
  with_hypervisor([](Hypervisor& hypervisor) {
    VirtualMachine vm(hypervisor, guest("vm1", "rdinit=/nonexistent"));
    EXPECT_THAT([&] { wait_until_up(vm); },
                testing::ThrowsMessage<machine::MachineError>("vm1: the guest is no longer running"));
    EXPECT_THAT(vm.console_tail(20), testing::HasSubstr("Kernel panic"));
  });
}

// cat as process 1 waits for a console that nobody types on.
TEST(EmbeddedDriver, GivesUpOnAGuestThatHangs) {
  with_hypervisor([](Hypervisor& hypervisor) {
    VirtualMachine vm(hypervisor, guest("vm1", "rdinit=/bin/cat"));
    for (int i = 0; i < 10; ++i) {
      EXPECT_FALSE(vm.answers());
      std::this_thread::sleep_for(milliseconds(500));
    }
    EXPECT_STREQ(vm.lateness().what(), "vm1: the guest agent did not answer within 90 s of boot");
  });
}

TEST(EmbeddedDriver, NamesWhatQemuSaysWhenItCannotStart) {
  with_hypervisor([](Hypervisor& hypervisor) {
    machine::GuestSpec spec = guest("vm1");
    spec.kernel = "/nonexistent";
    EXPECT_THAT([&] { VirtualMachine(hypervisor, spec); },
                testing::ThrowsMessage<machine::HypervisorError>(testing::AllOf(
                    testing::StartsWith("virDomainCreateXML vm1: "), testing::HasSubstr("/nonexistent"))));
  });
}

}  // namespace
}  // namespace banco
