// ShmNetwork: our switch in shared memory. Guests join by QEMU's vde backend and our module of libvdeplug,
// devices by shm_tap.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/network/service_process.hh"
#include "harness/network/url_network.hh"

namespace banco::subject {

class ShmNetwork : public network::UrlNetwork {
 public:
  // shm_switch, as a hub when the type is shm-hub; ready when its socket is there. `spec.offload` off: taps
  // hand over whole packets. Throws network::NetworkError.
  explicit ShmNetwork(const network::SwitchSpec& spec);

  std::vector<network::NetworkProcess> processes() const override;

 protected:
  std::string add_port(const network::PortVlans& vlans) override;
  std::vector<std::string> carrier(const std::string& url, const std::string& device) const override;

 private:
  std::filesystem::path directory_;
  int ring_kib_;
  bool offload_;
  bool has_vlans_;
  network::ServiceProcess process_;
};

}  // namespace banco::subject
