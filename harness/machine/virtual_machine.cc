#include "harness/machine/virtual_machine.hh"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "harness/machine/domain_xml.hh"
#include "harness/machine/guest_agent.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

// The agent reaps the command; all we hold is its number in the guest.
class GuestCommand : public Command {
 public:
  GuestCommand(virDomainPtr domain, std::int64_t pid) : agent_(domain), pid_(pid) {}

  std::optional<base::CommandResult> wait_for(milliseconds timeout) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    // Asking costs the guest CPU time, so ask ever more rarely.
    for (milliseconds pause(20); !result_; pause = std::min(pause * 2, milliseconds(500))) {
      // The agent tells the result once and then forgets the command.
      if ((result_ = agent_.exec_status(pid_))) break;
      const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      std::this_thread::sleep_for(std::min(pause, left));
    }
    return result_;
  }

  void end() override { agent_.exec({"kill", "-9", std::to_string(pid_)}); }

 private:
  GuestAgent agent_;
  std::int64_t pid_;
  std::optional<base::CommandResult> result_;
};

}  // namespace

std::string to_string(Accelerator accelerator) {
  return accelerator == Accelerator::kKvm ? "kvm" : "tcg";
}

VirtualMachine::VirtualMachine(const Hypervisor& hypervisor, const GuestSpec& spec)
    : name_(spec.name),
      console_log_(spec.console_log),
      terminal_socket_(spec.terminal_socket),
      nics_(spec.nics) {
  // Elsewhere libvirtd destroys the guest when we are gone; in the lab the namespace does, and the embedded
  // driver refuses the flag.
  const unsigned flags = hypervisor.is_embedded() ? 0 : VIR_DOMAIN_START_AUTODESTROY;
  domain_ = ::virDomainCreateXML(hypervisor.connection(), domain_xml(spec).c_str(), flags);
  if (domain_ == nullptr) throw HypervisorError("virDomainCreateXML " + name_);
}

VirtualMachine::~VirtualMachine() {
  ::virDomainDestroy(domain_);
  ::virDomainFree(domain_);
}

bool VirtualMachine::is_running() const {
  int state = VIR_DOMAIN_NOSTATE;
  return ::virDomainGetState(domain_, &state, nullptr, 0) == 0 && state == VIR_DOMAIN_RUNNING;
}

void VirtualMachine::check_running() const {
  if (!is_running()) throw MachineError(name_ + ": the guest is no longer running");
}

std::optional<std::string> VirtualMachine::tap_of(const std::string& interface) const {
  for (std::size_t i = 0; i < nics_.size(); ++i)
    if (const auto* tap = std::get_if<TapBackend>(&nics_[i].backend);
        tap != nullptr && interface == "eth" + std::to_string(i))
      return tap->device;
  return std::nullopt;
}

bool VirtualMachine::answers() {
  check_running();
  return GuestAgent(domain_).ping();
}

void VirtualMachine::wait_until_ready(milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!answers()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw MachineError(name_ + ": the guest agent did not answer within " +
                         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(timeout).count()) +
                         " s of boot");
    std::this_thread::sleep_for(milliseconds(50));
  }
}

std::unique_ptr<Command> VirtualMachine::start(const std::vector<std::string>& command) {
  check_running();
  return std::make_unique<GuestCommand>(domain_, GuestAgent(domain_).exec(command));
}

void VirtualMachine::write_file(const std::string& path, const std::string& content) {
  GuestAgent(domain_).write_file(path, content);
}

std::string VirtualMachine::read_file(const std::string& path) {
  return GuestAgent(domain_).read_file(path);
}

std::optional<std::chrono::nanoseconds> VirtualMachine::hypervisor_cpu_time() const {
  virDomainInfo info{};
  if (::virDomainGetInfo(domain_, &info) != 0) throw MachineError(name_ + ": the guest is no longer running");
  return std::chrono::nanoseconds(info.cpuTime);
}

std::string VirtualMachine::console_tail(std::size_t line_count) const {
  constexpr off_t kTail_bytes = 64 << 10;  // a guest may print without end
  std::string text;
  try {
    const base::FileDescriptor log = base::open_file(console_log_, O_RDONLY);
    const off_t size_bytes = base::check_system_call("lseek", ::lseek(log.number(), 0, SEEK_END));
    base::check_system_call("lseek",
                            ::lseek(log.number(), std::max<off_t>(0, size_bytes - kTail_bytes), SEEK_SET));
    text = log.read_all();
  } catch (const base::SystemError&) {
    return {};  // it has not printed anything yet
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::size_t start = text.size();
  for (std::size_t line = 0; line < line_count && start != 0; ++line) {
    const std::size_t newline = text.rfind('\n', start - 1);
    start = newline == std::string::npos ? 0 : newline;
  }
  return text.substr(start != 0 ? start + 1 : 0);
}

}  // namespace banco::machine
