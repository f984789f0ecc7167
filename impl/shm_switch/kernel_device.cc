#include "impl/shm_switch/kernel_device.hh"

#include <net/if.h>

#include <filesystem>
#include <stdexcept>

namespace banco::shm_switch {

std::unique_ptr<KernelDevice> open_kernel_device(const std::string& name, bool offload) {
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::runtime_error("the name of a device has 1 to 15 characters, '" + name + "' has not");
  const bool is_there = ::if_nametoindex(name.c_str()) != 0;
  const bool is_tap = std::filesystem::exists("/sys/class/net/" + name + "/tun_flags");
  if (!is_there || is_tap) return open_tap(name, offload);
  if (!offload)
    throw std::runtime_error("--no-offload is for taps; `ethtool -K " + name +
                             " gro off` and the other end's `tx off` do it for this device");
  return open_packet_device(name);
}

}  // namespace banco::shm_switch
