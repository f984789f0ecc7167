// Throw-away namespaces: a process tree that nobody else sees, and that dies as a whole.
// run_in_new_namespaces() makes one; NetworkNamespace is one more network inside it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

// Theory of operation
//
//     caller ──clone──> init (PID 1 of the new namespaces) ──fork──> body
//
// The caller waits and hands SIGINT, SIGTERM and SIGHUP on; init reaps orphans and hands the signals to the
// body; the body does the work. Whoever of the three dies, all of it dies: init has the caller's death as its
// parent death signal and watches a pipe that only the caller holds open; the kernel kills every process of a
// PID namespace with its init; network devices and mounts go with their namespaces, which nothing else holds.
//
// New: mount (private, with its own /proc), PID, network (loopback up), cgroup, UTS and IPC namespaces. An
// ordinary user gets a user namespace too, mapped to itself, and keeps every capability in it across exec
// (ambient); root does not: libvirt's embedded driver, dockerd and BPF fail for root inside a user namespace.
//
// Returns what `body` returned, 128 + signal when it was killed. Exceptions must not leave `body`.
// Requires: no other thread in this process. Throws SystemError when the namespaces cannot be made.
int run_in_new_namespaces(const std::function<int()>& body);

// Moves this process into the namespaces of another that run_in_new_namespaces() has made, with every
// capability in them, kept across exec. Its children are in the other's PID namespace, and go with it; it
// itself stays in its own. The working directory becomes /. `process` is a pidfd of the same user.
// Requires: no other thread in this process. Throws SystemError, ESRCH when the process has ended.
void join_namespaces(const FileDescriptor& process);

// A network namespace with a name that ip-netns(8) knows: a mount on /run/netns/NAME.
// Devices moved into it and processes started in it keep it alive; the name goes with this object.
class NetworkNamespace {
 public:
  // Makes the namespace, its loopback down, and runs `inside` on a thread that is in it: what is to be set or
  // opened there costs no second thread. Requires: CAP_SYS_ADMIN, /run/netns. Throws SystemError, and what
  // `inside` throws.
  explicit NetworkNamespace(
      const std::string& name, const std::function<void()>& inside = [] {});
  // Gives a name to `existing`, and runs `inside` on a thread that has entered it. Throws as above.
  NetworkNamespace(const std::string& name, const FileDescriptor& existing,
                   const std::function<void()>& inside);
  NetworkNamespace(NetworkNamespace&&) noexcept;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;
  ~NetworkNamespace();

  const std::string& name() const { return name_; }
  const FileDescriptor& descriptor() const { return descriptor_; }

 private:
  void give_name(const std::function<void()>& enter, const std::function<void()>& inside);

  std::string name_;
  std::filesystem::path mount_point_;
  FileDescriptor descriptor_;
};

// Runs `work` on a thread of its own that has entered `network_namespace`, and waits for it.
// Sockets opened there stay in that namespace. Throws SystemError and what `work` throws.
void in_network_namespace(const FileDescriptor& network_namespace, const std::function<void()>& work);

}  // namespace banco::base
