// VirtualMachine: a QEMU guest under libvirt, spoken to through the QEMU guest agent.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "harness/machine/guest_nic.hh"
#include "harness/machine/hypervisor.hh"
#include "harness/machine/machine.hh"

namespace banco::machine {

enum class Accelerator { kTcg, kKvm };
// "tcg", "kvm"
std::string to_string(Accelerator accelerator);

struct GuestSpec {
  std::string name;  // [a-z0-9-]
  Accelerator accelerator = Accelerator::kTcg;
  std::filesystem::path kernel;
  std::filesystem::path initrd;
  std::string command_line;  // of the image; names and addresses are added
  int cpu_count = 1;
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
  std::vector<GuestNic> nics;  // eth0, eth1 …
  std::vector<Route> routes = {};
  std::filesystem::path console_log;               // made; kept afterwards
  std::filesystem::path terminal_socket = {};      // made for a second serial port; empty for none
  std::map<std::string, std::string> environment;  // of the QEMU process
};

class VirtualMachine : public Machine {
 public:
  // Starts the guest and returns at once. Throws HypervisorError. `hypervisor` must outlive this object.
  VirtualMachine(const Hypervisor& hypervisor, const GuestSpec& spec);
  // Powers the guest off.
  ~VirtualMachine() override;
  VirtualMachine(const VirtualMachine&) = delete;
  VirtualMachine& operator=(const VirtualMachine&) = delete;

  // Whether the agent answers now. Throws MachineError when the guest is no longer running.
  bool answers();
  // Waits until the agent answers. Throws MachineError: the guest ended, or did not answer in time.
  void wait_until_ready(std::chrono::milliseconds timeout);

  bool is_running() const;

  // The device of the lab that carries an interface of the guest, where it is a tap.
  std::optional<std::string> tap_of(const std::string& interface) const;
  // Where the guest's second serial port, ttyS1, can be reached: a Unix socket for one client at a time.
  const std::filesystem::path& terminal_socket() const { return terminal_socket_; }

  const std::string& name() const override { return name_; }
  std::unique_ptr<Command> start(const std::vector<std::string>& command) override;
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;
  std::optional<std::chrono::nanoseconds> hypervisor_cpu_time() const override;
  std::string console_tail(std::size_t line_count) const override;

 private:
  void check_running() const;

  std::string name_;
  std::filesystem::path console_log_;
  std::filesystem::path terminal_socket_;
  std::vector<GuestNic> nics_;
  virDomainPtr domain_ = nullptr;
};

}  // namespace banco::machine
