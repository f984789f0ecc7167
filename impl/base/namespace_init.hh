// The two ends of run_in_new_namespaces(): the caller that waits outside, and PID 1 inside.
// Private to namespaces.cc.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

class NamespaceParent;

// The life of PID 1; never returns.
[[noreturn]] void namespace_init(NamespaceParent parent, uid_t user, gid_t group,
                                 const std::function<int()>& body);

// Makes all capabilities of this process ambient: without this, exec would take every capability from a
// process that is not uid 0 in its user namespace. Throws SystemError.
void keep_capabilities_across_exec();

// The caller's side. While it lives SIGINT, SIGTERM and SIGHUP are blocked, so that wait() can hand them on.
class NamespaceParent {
 public:
  NamespaceParent();
  NamespaceParent(NamespaceParent&&) = default;
  ~NamespaceParent();

  // Waits for init, handing signals on to it; returns the exit code of the whole. Throws SystemError.
  int wait(FileDescriptor init_pidfd);

 private:
  friend void namespace_init(NamespaceParent, uid_t, gid_t, const std::function<int()>&);

  sigset_t handed_on_;
  sigset_t old_mask_;
  Pipe alive_;    // init sees end of file on it when the caller is gone
  Pipe failure_;  // init's sentence when it could not set up
};

}  // namespace banco::base
