#include "harness/machine/virtual_machine.hh"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "harness/machine/console_shell.hh"
#include "harness/machine/domain_xml.hh"
#include "harness/machine/guest_agent.hh"
#include "harness/machine/guest_setup.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

// Eight emulated guests on two CPUs need some 15 s; a guest that hangs should not hold up a run much longer.
constexpr std::chrono::seconds kBootTimeout(90);
// Whole distributions take their time where they are emulated.
constexpr std::chrono::seconds kDiskBootTimeout(300);
// An agent may come up later than the login of its guest.
constexpr milliseconds kAgentPatience(5000);
constexpr milliseconds kSetupTimeout(60'000);

// The guest reaps the command; all we hold is its number there.
class GuestCommand : public Command {
 public:
  GuestCommand(GuestChannel& channel, std::int64_t number) : channel_(channel), number_(number) {}

  std::optional<base::CommandResult> wait_for(milliseconds timeout) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    // Asking costs the guest CPU time, so ask ever more rarely.
    for (milliseconds pause(20); !result_; pause = std::min(pause * 2, milliseconds(500))) {
      // The guest tells the result once and then forgets the command.
      if ((result_ = channel_.exec_status(number_))) break;
      const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      std::this_thread::sleep_for(std::min(pause, left));
    }
    return result_;
  }

  void end() override { channel_.kill(number_); }

 private:
  GuestChannel& channel_;
  std::int64_t number_;
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
      nics_(spec.nics),
      routes_(spec.routes) {
  // Elsewhere libvirtd destroys the guest when we are gone; in the lab the namespace does, and the embedded
  // driver refuses the flag.
  const unsigned flags = hypervisor.is_embedded() ? 0 : VIR_DOMAIN_START_AUTODESTROY;
  domain_ = ::virDomainCreateXML(hypervisor.connection(), domain_xml(spec).c_str(), flags);
  if (domain_ == nullptr) throw HypervisorError("virDomainCreateXML " + name_);
  if (!spec.disk) {
    channel_ = std::make_unique<GuestAgent>(domain_);
    return;
  }
  console_ = std::make_unique<SerialConsole>(base::connect_local(spec.disk->console_socket));
  login_ = std::make_unique<ConsoleLogin>(name_, *console_, spec.disk->credentials);
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
  if (channel_) return console_ != nullptr || GuestAgent(domain_).ping();
  channel_ = find_channel();
  if (!channel_) return false;
  set_up();
  return true;
}

std::unique_ptr<GuestChannel> VirtualMachine::find_channel() {
  auto agent = std::make_unique<GuestAgent>(domain_);
  if (agent->ping()) return agent;
  const auto now = std::chrono::steady_clock::now();
  if (!first_asked_ && login_->is_asked()) first_asked_ = now;
  if (first_asked_ && now - *first_asked_ < kAgentPatience) return nullptr;
  return login_->advance() ? std::make_unique<ConsoleShell>(name_, *console_) : nullptr;
}

void VirtualMachine::set_up() {
  const auto result = run(guest_setup(name_, nics_, routes_), kSetupTimeout);
  if (!result.status.success())
    throw MachineError(name_ + ": " + result.errors.substr(0, result.errors.find('\n')));
}

std::chrono::seconds VirtualMachine::patience() const {
  return console_ ? kDiskBootTimeout : kBootTimeout;
}

MachineError VirtualMachine::lateness() const {
  return MachineError(name_ +
                      (console_ ? ": neither its guest agent nor a shell on its serial port answered within "
                                : ": the guest agent did not answer within ") +
                      std::to_string(patience().count()) + " s of boot");
}

std::unique_ptr<Command> VirtualMachine::start(const std::vector<std::string>& command) {
  check_running();
  return std::make_unique<GuestCommand>(*channel_, channel_->exec(command));
}

void VirtualMachine::write_file(const std::string& path, const std::string& content) {
  channel_->write_file(path, content);
}

std::string VirtualMachine::read_file(const std::string& path) {
  return channel_->read_file(path);
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
