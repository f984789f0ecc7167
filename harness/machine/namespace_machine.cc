#include "harness/machine/namespace_machine.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "impl/base/netlink.hh"
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

class LocalCommand : public Command {
 public:
  LocalCommand(const std::string& machine, const std::vector<std::string>& command,
               const base::FileDescriptor& network_namespace)
      : output_(make_memory_file()), errors_(make_memory_file()), child_([&] {
          base::ChildOptions options;
          options.command = command;
          options.standard_output = &output_;
          options.standard_error = &errors_;
          options.network_namespace = &network_namespace;
          try {
            return base::ChildProcess(options);
          } catch (const base::SystemError& error) {
            throw MachineError(machine + ": " + error.what());
          }
        }()) {}

  std::optional<base::CommandResult> wait_for(std::chrono::milliseconds timeout) override {
    const auto status = child_.wait_for(timeout);
    if (!status) return std::nullopt;
    return base::CommandResult{
        .status = *status, .output = content_of(output_), .errors = content_of(errors_)};
  }

  void end() override { child_.signal(SIGKILL); }

 private:
  base::FileDescriptor output_;
  base::FileDescriptor errors_;
  base::ChildProcess child_;
};

}  // namespace

NamespaceMachine::NamespaceMachine(const std::string& name) : network_(name) {
  base::Netlink(network_.descriptor()).set_up("lo");
}

std::unique_ptr<Command> NamespaceMachine::start(const std::vector<std::string>& command) {
  return std::make_unique<LocalCommand>(name(), command, network_.descriptor());
}

void NamespaceMachine::write_file(const std::string& path, const std::string& content) {
  base::open_file(path, O_WRONLY | O_CREAT | O_TRUNC).write_all(content);
}

std::string NamespaceMachine::read_file(const std::string& path) {
  return base::read_file(path);
}

}  // namespace banco::machine
