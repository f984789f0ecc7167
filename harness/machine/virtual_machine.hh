// VirtualMachine: a QEMU guest under libvirt: of an image of images/, spoken to through the QEMU guest agent,
// or of a disk of the user's own, which may have a shell on its serial port instead.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "harness/machine/console_login.hh"
#include "harness/machine/guest_channel.hh"
#include "harness/machine/guest_nic.hh"
#include "harness/machine/hypervisor.hh"
#include "harness/machine/machine.hh"

namespace banco::machine {

enum class Accelerator { kTcg, kKvm };
// "tcg", "kvm"
std::string to_string(Accelerator accelerator);

// A disk with a boot loader of its own.
struct GuestDisk {
  std::filesystem::path overlay;         // qcow2, written to: see make_overlay()
  std::filesystem::path console_socket;  // made for the first serial port
  Credentials credentials;
};

struct GuestSpec {
  std::string name;  // [a-z0-9-]
  Accelerator accelerator = Accelerator::kTcg;
  // Of an image.
  std::filesystem::path kernel = {};
  std::filesystem::path initrd = {};
  std::string command_line = {};  // names and addresses are added
  // In place of an image.
  std::optional<GuestDisk> disk = {};
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

  // Whether it is up: its agent answers, or a shell on its serial port; a guest of a disk is told its name
  // and addresses then. Asked again and again. Throws MachineError when the guest is no longer running, or
  // cannot be what it is to be.
  bool answers();
  // How long it may take to come up, other guests beside it.
  std::chrono::seconds patience() const;
  // That it has not come up in that time.
  MachineError lateness() const;

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
  std::unique_ptr<GuestChannel> find_channel();
  void set_up();

  std::string name_;
  std::filesystem::path console_log_;
  std::filesystem::path terminal_socket_;
  std::vector<GuestNic> nics_;
  std::vector<Route> routes_;
  virDomainPtr domain_ = nullptr;
  // Of a disk; null otherwise.
  std::unique_ptr<SerialConsole> console_;
  std::unique_ptr<ConsoleLogin> login_;
  std::optional<std::chrono::steady_clock::time_point> first_asked_;  // for a login
  std::unique_ptr<GuestChannel> channel_;                             // null until it is known
};

}  // namespace banco::machine
