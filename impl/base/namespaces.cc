#include "impl/base/namespaces.hh"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

#include "impl/base/namespace_init.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

const std::filesystem::path kNamesDirectory = "/run/netns";

void on_own_thread(const std::function<void()>& work) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int run_in_new_namespaces(const std::function<int()>& body) {
  std::uint64_t flags =
      CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC;
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (user != 0) flags |= CLONE_NEWUSER;

  NamespaceParent parent;  // blocks the signals that are handed on, before init can miss one
  std::fflush(nullptr);    // or the body would print what this process still holds in its buffers
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = flags | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const long pid =
      check_system_call("clone3 (new namespaces)", ::syscall(SYS_clone3, &arguments, sizeof arguments));
  if (pid == 0) namespace_init(std::move(parent), user, group, body);
  return parent.wait(FileDescriptor(pidfd));
}

void join_namespaces(const FileDescriptor& process) {
  const bool is_root = ::geteuid() == 0;  // and has made no user namespace
  const int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWUTS |
                    CLONE_NEWIPC | (is_root ? 0 : CLONE_NEWUSER);
  check_system_call("setns", ::setns(process.number(), flags));
  if (!is_root) keep_capabilities_across_exec();
}

NetworkNamespace::NetworkNamespace(const std::string& name, const std::function<void()>& inside)
    : name_(name), mount_point_(kNamesDirectory / name) {
  give_name([] { check_system_call("unshare CLONE_NEWNET", ::unshare(CLONE_NEWNET)); }, inside);
}

NetworkNamespace::NetworkNamespace(const std::string& name, const FileDescriptor& existing,
                                   const std::function<void()>& inside)
    : name_(name), mount_point_(kNamesDirectory / name) {
  give_name([&] { check_system_call("setns CLONE_NEWNET", ::setns(existing.number(), CLONE_NEWNET)); },
            inside);
}

void NetworkNamespace::give_name(const std::function<void()>& enter, const std::function<void()>& inside) {
  std::filesystem::create_directories(mount_point_.parent_path());
  open_file(mount_point_, O_RDONLY | O_CREAT | O_EXCL, 0444);
  try {
    on_own_thread([&] {
      enter();
      const std::string self = "/proc/self/task/" + std::to_string(::gettid()) + "/ns/net";
      check_system_call("mount", mount_point_.string(),
                        ::mount(self.c_str(), mount_point_.c_str(), nullptr, MS_BIND, nullptr));
      inside();
    });
    descriptor_ = open_file(mount_point_, O_RDONLY);
  } catch (...) {
    ::umount2(mount_point_.c_str(), MNT_DETACH);
    ::unlink(mount_point_.c_str());
    throw;
  }
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : name_(std::move(other.name_)),
      mount_point_(std::exchange(other.mount_point_, {})),
      descriptor_(std::move(other.descriptor_)) {}

NetworkNamespace::~NetworkNamespace() {
  if (mount_point_.empty()) return;
  ::umount2(mount_point_.c_str(), MNT_DETACH);
  ::unlink(mount_point_.c_str());
}

void in_network_namespace(const FileDescriptor& network_namespace, const std::function<void()>& work) {
  on_own_thread([&] {
    check_system_call("setns CLONE_NEWNET", ::setns(network_namespace.number(), CLONE_NEWNET));
    work();
  });
}

}  // namespace banco::base
