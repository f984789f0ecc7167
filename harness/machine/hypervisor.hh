// Hypervisor: one libvirt connection with the event loop that libvirt wants. Virtual machines are started
// through it.
#pragma once

#include <libvirt/libvirt.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace banco::machine {

// What libvirt says went wrong: "virDomainCreateXML vm1: …".
class HypervisorError : public std::runtime_error {
 public:
  explicit HypervisorError(const std::string& attempt);
};

class Hypervisor {
 public:
  // libvirt's embedded QEMU driver: no daemon, everything below `root`, which is made. Keep the path short:
  // sockets lie below it, and their paths end at 107 characters. One root per process.
  // Throws HypervisorError.
  static std::unique_ptr<Hypervisor> embedded(const std::filesystem::path& root);
  // A libvirt URI. With qemu:///session an ordinary user's libvirtd is started inside the lab, keeps its
  // files in the lab's XDG_RUNTIME_DIR, and ends with the lab. Throws HypervisorError.
  explicit Hypervisor(const std::string& uri);
  ~Hypervisor();
  Hypervisor(const Hypervisor&) = delete;
  Hypervisor& operator=(const Hypervisor&) = delete;

  virConnectPtr connection() const { return connection_; }
  bool is_embedded() const { return embedded_; }

 private:
  virConnectPtr connection_ = nullptr;
  bool embedded_ = false;
  int wake_timer_ = -1;
  std::jthread event_loop_;
};

}  // namespace banco::machine
