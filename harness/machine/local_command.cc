#include "harness/machine/local_command.hh"

#include <sys/mman.h>
#include <unistd.h>

#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

// Collects what a command prints, however much and whenever, without anybody having to read along.
base::FileDescriptor make_memory_file() {
  return base::FileDescriptor(
      base::check_system_call("memfd_create", ::memfd_create("banco-command", MFD_CLOEXEC)));
}

std::string content_of(const base::FileDescriptor& file) {
  base::check_system_call("lseek", ::lseek(file.number(), 0, SEEK_SET));
  return file.read_all();
}

base::ChildProcess start(const std::string& machine, const base::ChildOptions& options) {
  try {
    return base::ChildProcess(options);
  } catch (const base::SystemError& error) {
    throw MachineError(machine + ": " + error.what());
  }
}

}  // namespace

LocalCommand::LocalCommand(const std::string& machine, base::ChildOptions options)
    : output_(make_memory_file()), errors_(make_memory_file()), child_([&] {
        options.standard_output = &output_;
        options.standard_error = &errors_;
        return start(machine, options);
      }()) {}

std::optional<base::CommandResult> LocalCommand::wait_for(std::chrono::milliseconds timeout) {
  const auto status = child_.wait_for(timeout);
  if (!status) return std::nullopt;
  return base::CommandResult{.status = *status, .output = content_of(output_), .errors = content_of(errors_)};
}

}  // namespace banco::machine
