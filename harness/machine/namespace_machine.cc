#include "harness/machine/namespace_machine.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

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

void set(const std::string& parameter, const char* value) {
  base::open_file("/proc/sys/net/" + parameter, O_WRONLY).write_all(value);
}

// Of the network that the thread is in.
void configure(const NamespaceOptions& options) {
  if (options.forwarding) {
    set("ipv4/ip_forward", "1");
    // The way back may be another one.
    set("ipv4/conf/all/rp_filter", "0");
    set("ipv4/conf/default/rp_filter", "0");
  }
  if (!std::filesystem::exists("/proc/sys/net/ipv6")) return;
  if (!options.ipv6) {
    set("ipv6/conf/all/disable_ipv6", "1");
    set("ipv6/conf/default/disable_ipv6", "1");
    return;
  }
  if (options.forwarding) set("ipv6/conf/all/forwarding", "1");
  set("ipv6/conf/default/accept_ra", "0");
  set("ipv6/conf/default/accept_dad", "0");
}

}  // namespace

NamespaceMachine::NamespaceMachine(const std::string& name, const NamespaceOptions& options)
    : network_(name, [&] {
        configure(options);
        netlink_.emplace();
        netlink_->set_up("lo");
      }) {}

void NamespaceMachine::add_routes(const std::vector<Route>& routes) {
  try {
    for (const Route& route : routes) netlink_->add_gateway(route.destination, route.gateway);
  } catch (const base::NetlinkError& error) {
    throw MachineError(name() + ": " + error.what());
  }
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
