// ChildProcess: a program that we started, held by its pidfd, ended and reaped when its owner goes.
// run_command() starts one, collects what it prints and waits for it.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

// How a process ended: by exit(code) or by a signal.
struct ExitStatus {
  bool by_signal = false;
  int code = 0;  // exit code, or signal number

  bool success() const { return !by_signal && code == 0; }
  // "exited with code 3", "was killed by signal 9 (Killed)"
  std::string text() const;
};

struct ChildOptions {
  // The program and its arguments; a name without '/' is looked up in PATH.
  std::vector<std::string> command = {};
  // Added to the environment of this process.
  std::vector<std::pair<std::string, std::string>> environment = {};
  // Descriptors of the child's 0, 1 and 2. Null: standard input is /dev/null, the others are inherited.
  const FileDescriptor* standard_input = nullptr;
  const FileDescriptor* standard_output = nullptr;
  const FileDescriptor* standard_error = nullptr;
  // Entered before the program starts.
  const FileDescriptor* network_namespace = nullptr;
  // Files cgroup.procs of the control groups that the program is to be in.
  std::vector<const FileDescriptor*> control_groups = {};
};

class ChildProcess {
 public:
  // Starts the program. Throws SystemError when it cannot be started ("execve NAME: No such file or
  // directory"), also when only the exec failed.
  explicit ChildProcess(const ChildOptions& options);
  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills (SIGKILL) and reaps a child that still runs.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Readable when the child has ended.
  const FileDescriptor& pidfd() const { return pidfd_; }
  const std::string& name() const { return name_; }

  // pidfd_send_signal(2); a child that has ended already is no error. Throws SystemError.
  void signal(int number) const;
  // Reaps the child if it ends within `timeout`. Throws SystemError.
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds timeout);
  // SIGTERM, then SIGKILL after `grace`. Throws SystemError.
  ExitStatus stop(std::chrono::milliseconds grace = std::chrono::seconds(2));

 private:
  void end() noexcept;

  std::string name_;
  pid_t pid_ = -1;
  FileDescriptor pidfd_;
  std::optional<ExitStatus> status_;
};

// Absolute path of `program` as execvp(3) would find it, or nothing.
std::optional<std::filesystem::path> find_program(const std::string& program);

struct CommandResult {
  ExitStatus status;
  std::string output;  // standard output, at most 64 MiB
  std::string errors;  // standard error, at most 64 MiB
};

// Runs a command to its end; `options` may leave the standard descriptors null. A command that is not done
// by `timeout` is killed, and std::runtime_error thrown. Throws SystemError when it cannot be started.
CommandResult run_command(ChildOptions options, std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace banco::base
