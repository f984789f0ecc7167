#include "impl/base/namespaces.hh"

#include <gtest/gtest.h>
#include <net/if.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

std::set<std::string> processes_with(const std::string& argument) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::error_code ignored;
    if (!std::filesystem::exists(entry.path() / "cmdline", ignored)) continue;
    try {
      if (read_file(entry.path() / "cmdline").find(argument) != std::string::npos)
        found.insert(entry.path().filename());
    } catch (const SystemError&) {  // it ended while we looked
    }
  }
  return found;
}

TEST(NewNamespaces, ReturnTheExitCodeOfTheBody) {
  EXPECT_EQ(run_in_new_namespaces([] { return 7; }), 7);
}

TEST(NewNamespaces, ReportABodyThatWasKilled) {
  EXPECT_EQ(run_in_new_namespaces([] { return ::raise(SIGKILL); }), 128 + SIGKILL);
}

TEST(NewNamespaces, HaveTheirOwnProcessesAndNetwork) {
  EXPECT_EQ(run_in_new_namespaces([] {
              if (::getpid() != 2) return 1;
              if (std::filesystem::exists("/proc/" + std::to_string(99999))) return 2;
              if (::if_nametoindex("lo") != 1 || ::if_nametoindex("eth0") != 0) return 3;
              return 0;
            }),
            0);
}

TEST(NewNamespaces, KeepCapabilitiesAcrossExec) {
  EXPECT_EQ(run_in_new_namespaces([] {
              return run_command({.command = {"ip", "link", "add", "br0", "type", "bridge"}}).status.code;
            }),
            0);
}

TEST(NewNamespaces, HandSignalsOnToTheBody) {
  const pid_t caller = ::getpid();
  std::thread sender;
  // The body runs below init; the signal is sent to the caller by a process outside.
  ChildProcess killer({.command = {"sh", "-c", "sleep 0.5; kill -TERM " + std::to_string(caller)}});
  EXPECT_EQ(run_in_new_namespaces([] {
              std::this_thread::sleep_for(std::chrono::seconds(20));
              return 0;
            }),
            128 + SIGTERM);
}

TEST(NewNamespaces, DieWithTheirCaller) {
  const std::string mark = "31.00" + std::to_string(::getpid());
  const pid_t caller = ::fork();
  if (caller == 0) {
    run_in_new_namespaces([&] {
      ChildProcess sleeper({.command = {"sleep", mark}});
      sleeper.wait_for(std::chrono::seconds(60));
      return 0;
    });
    ::_exit(0);
  }
  for (int i = 0; i < 100 && processes_with(mark).empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(processes_with(mark).size(), 1U);
  ::kill(caller, SIGKILL);
  for (int i = 0; i < 100 && !processes_with(mark).empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(processes_with(mark).empty());
}

TEST(NetworkNamespace, HasANameAndGoesWithItsOwner) {
  EXPECT_EQ(
      run_in_new_namespaces([] {
        check_system_call("mount", ::mount("tmpfs", "/run", "tmpfs", 0, nullptr));
        {
          const NetworkNamespace network("blue");
          if (!run_command({.command = {"ip", "netns", "exec", "blue", "true"}}).status.success()) return 1;
          unsigned index = 0;
          in_network_namespace(network.descriptor(), [&] { index = ::if_nametoindex("lo"); });
          if (index != 1) return 2;
          if (run_command({.command = {"ip", "-br", "link"}, .network_namespace = &network.descriptor()})
                  .output.find("LOOPBACK") == std::string::npos)
            return 3;
        }
        return std::filesystem::is_empty("/run/netns") ? 0 : 4;
      }),
      0);
}

}  // namespace
}  // namespace banco::base
