// UrlNetwork: every network that libvdeplug can join by a URL. Guests join by QEMU's vde backend, devices by
// a program that carries frames between them and the URL.
#pragma once

#include <string>
#include <vector>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"

namespace banco::network {

// Which frames pass a port: without a tag those of VLAN `untagged` (0: those that have no tag anywhere,
// kNone: no such frames), and with their tags those of `tagged`.
struct PortVlans {
  static constexpr int kNone = -1;
  int untagged = 0;
  std::vector<int> tagged = {};
};

class UrlNetwork : public Switch {
 public:
  machine::GuestNic plug_guest(const Port& port) override;
  void plug_namespace(const Port& port, machine::NamespaceMachine& machine) override;
  std::string trunk_url(const TrunkPort& port) override;
  void make_trunk_device(const TrunkPort& port, int vlan, const std::string& device) override;
  std::vector<NetworkProcess> processes() const override;

 protected:
  // The URL (VNL) of a new port. Throws NetworkError.
  virtual std::string add_port(const PortVlans& vlans) = 0;
  // The program that makes the device and carries frames between it and the URL.
  virtual std::vector<std::string> carrier(const std::string& url, const std::string& device) const;

 private:
  // The device exists when this returns, and ends with the program, wherever it has moved to.
  void carry(const std::string& what, std::vector<std::string> program, const std::string& device);

  std::vector<ServiceProcess> carriers_;
};

}  // namespace banco::network
