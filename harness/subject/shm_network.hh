// ShmNetwork: our switch in shared memory. Guests join by QEMU's vde backend and our module of libvdeplug,
// namespaces by shm_tap.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"

namespace banco::subject {

class ShmNetwork : public network::Switch {
 public:
  // shm_switch, as a hub when the type is shm-hub; ready when its socket is there. `spec.offload` off: taps
  // hand over whole packets. Throws network::NetworkError.
  explicit ShmNetwork(const network::SwitchSpec& spec);

  machine::GuestNic plug_guest(const network::Port& port) override;
  void plug_namespace(const network::Port& port, const machine::NamespaceMachine& machine) override;
  std::vector<network::NetworkProcess> processes() const override;

 private:
  std::filesystem::path directory_;
  std::string url_;
  bool offload_;
  network::ServiceProcess process_;
  std::vector<network::ServiceProcess> taps_;
};

}  // namespace banco::subject
