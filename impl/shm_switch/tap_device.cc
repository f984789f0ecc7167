#include "impl/shm_switch/tap_device.hh"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <stdexcept>

#include "impl/base/system_error.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {

using base::check_system_call;

TapDevice::TapDevice(const std::string& name, bool offload)
    : descriptor_(base::open_file("/dev/net/tun", O_RDWR | O_NONBLOCK)) {
  ifreq request{};
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::runtime_error("the name of a tap has 1 to 15 characters, '" + name + "' has not");
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  check_system_call("TUNSETIFF", name, ::ioctl(descriptor_.number(), TUNSETIFF, &request));
  int header_bytes = sizeof(virtio_net_hdr_v1);
  check_system_call("TUNSETVNETHDRSZ", name, ::ioctl(descriptor_.number(), TUNSETVNETHDRSZ, &header_bytes));
  const unsigned offloads = offload ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
  check_system_call("TUNSETOFFLOAD", name, ::ioctl(descriptor_.number(), TUNSETOFFLOAD, offloads));
}

}  // namespace banco::shm_switch
