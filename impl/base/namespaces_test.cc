#include "impl/base/namespaces.hh"

#include <gtest/gtest.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "impl/base/child_process.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/signals.hh"
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

// A process that stays in new namespaces until this object goes, and its pidfd.
class Inhabitant {
 public:
  Inhabitant() {
    int ends[2];
    check_system_call("socketpair", ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    ours_ = FileDescriptor(ends[0]);
    FileDescriptor theirs(ends[1]);
    std::fflush(nullptr);
    caller_ = check_system_call("fork", ::fork());
    if (caller_ == 0) {
      ours_.close();
      ::_exit(run_in_new_namespaces([&] {
        const FileDescriptor self = open_pidfd(::getpid());
        const FileDescriptor* const passed[]{&self};
        char byte = 'p';
        iovec part{&byte, 1};
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        PassedDescriptors descriptors;
        descriptors.attach(header, passed);
        ::sendmsg(theirs.number(), &header, 0);
        theirs.wait_for(POLLIN, std::chrono::seconds(20));
        return 0;
      }));
    }
    char byte = 0;
    iovec part{&byte, 1};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    PassedDescriptors descriptors;
    descriptors.receive_into(header);
    check_system_call("recvmsg", ::recvmsg(ours_.number(), &header, MSG_CMSG_CLOEXEC));
    PassedDescriptors::take(header, received_);
  }
  ~Inhabitant() {
    ours_.close();
    ::waitpid(caller_, nullptr, 0);
  }
  const FileDescriptor& process() const { return received_.at(0); }

 private:
  FileDescriptor ours_;
  pid_t caller_ = -1;
  std::vector<FileDescriptor> received_;
};

TEST(JoinNamespaces, PutsChildrenAmongTheProcessesOfAnother) {
  const Inhabitant inhabitant;
  std::fflush(nullptr);
  const pid_t joiner = ::fork();
  if (joiner == 0) {
    join_namespaces(inhabitant.process());
    const auto in_the_lab = [](std::vector<std::string> command) {
      return run_command({.command = std::move(command)});
    };
    if (in_the_lab({"cat", "/proc/1/comm"}).output != "banco-init\n") ::_exit(1);
    // That /proc knows only who is in its PID namespace.
    if (!in_the_lab({"readlink", "/proc/self"}).status.success()) ::_exit(5);
    if (in_the_lab({"ip", "-br", "link"}).output.find("lo ") != 0) ::_exit(2);
    // Needs a capability in the other's user namespace that has survived exec.
    if (!in_the_lab({"ip", "link", "add", "br0", "type", "bridge"}).status.success()) ::_exit(3);
    if (!in_the_lab({"mount", "-t", "tmpfs", "tmpfs", "/mnt"}).status.success()) ::_exit(4);
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(joiner, &status, 0);
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

TEST(JoinNamespaces, FailsWhenTheOtherHasEnded) {
  ChildProcess ended({.command = {"true"}});
  ended.wait_for(std::chrono::seconds(5));
  EXPECT_THROW(join_namespaces(ended.pidfd()), SystemError);
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
