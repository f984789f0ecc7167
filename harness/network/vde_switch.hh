// VdeNetwork: every network that libvdeplug can join by a URL, with the process behind it where there is one.
// Guests join by QEMU's vde backend, namespaces by a tap that vde_plug carries.
#pragma once

#include <memory>
#include <vector>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"

namespace banco::network {

// vde_switch, as a hub when `hub`; ready when its control socket is there. Throws NetworkError.
std::unique_ptr<Switch> start_vde_switch(const SwitchSpec& spec, bool hub);

// VXVDE: each port a member of a multicast group on the loopback, no process in between.
std::unique_ptr<Switch> make_vxvde();

class VdeNetwork : public Switch {
 public:
  explicit VdeNetwork(std::string url) : url_(std::move(url)) {}

  machine::GuestNic plug_guest(const Port& port) override;
  void plug_namespace(const Port& port, const machine::NamespaceMachine& machine) override;
  std::vector<NetworkProcess> processes() const override;

 private:
  std::string url_;  // a VNL: "/run/sw", "vxvde://239.0.0.1"
  std::vector<ServiceProcess> plugs_;
};

}  // namespace banco::network
