#include "impl/vde/tap.hh"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include "impl/base/system_error.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::vde {

using base::check_system_call;

base::FileDescriptor open_tap(const std::string& name, bool offload) {
  base::FileDescriptor tap = base::open_file("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  check_system_call("TUNSETIFF", name, ::ioctl(tap.number(), TUNSETIFF, &request));
  int header_bytes = sizeof(virtio_net_hdr_v1);
  check_system_call("TUNSETVNETHDRSZ", name, ::ioctl(tap.number(), TUNSETVNETHDRSZ, &header_bytes));
  const unsigned offloads = offload ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
  check_system_call("TUNSETOFFLOAD", name, ::ioctl(tap.number(), TUNSETOFFLOAD, offloads));
  return tap;
}

}  // namespace banco::vde
