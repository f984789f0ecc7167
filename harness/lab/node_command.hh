// A command in a network namespace of a lab, as a child of this process on the terminal of this process.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "impl/base/file_descriptor.hh"

namespace banco::lab {

// Where a command runs: what a lab gives away for `enter`.
struct Entrance {
  const base::FileDescriptor& process;                      // a pidfd: whose mount, PID … namespaces
  const base::FileDescriptor& network_namespace;            // of the node
  std::string host_name;                                    // what `hostname` says there
  std::vector<const base::FileDescriptor*> control_groups;  // of its limits
};

// Moves this process to the node (base::join_namespaces), into the directory of the same name where there is
// one, and / otherwise; runs the command and returns its exit code: 128 + signal when it was killed, 127 when
// there is no such program, 126 when it cannot be run. Signals that somebody sends to this process are handed
// on; those that the terminal sends reach the command by themselves. Requires: no other thread in this
// process. Throws base::SystemError.
int run_in_node(const Entrance& entrance, const std::vector<std::string>& command,
                const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace banco::lab
