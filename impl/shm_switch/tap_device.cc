// The tap of KernelDevice.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "impl/base/system_error.hh"
#include "impl/shm_switch/kernel_device.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;

// Goes with this object, also when it was moved to another network namespace.
class TapDevice : public KernelDevice {
 public:
  TapDevice(const std::string& name, bool offload)
      : KernelDevice(base::open_file("/dev/net/tun", O_RDWR | O_NONBLOCK)) {
    const int tap = descriptor().number();
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    check_system_call("TUNSETIFF", name, ::ioctl(tap, TUNSETIFF, &request));
    int header_bytes = sizeof(virtio_net_hdr_v1);
    check_system_call("TUNSETVNETHDRSZ", name, ::ioctl(tap, TUNSETVNETHDRSZ, &header_bytes));
    const unsigned offloads = offload ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
    check_system_call("TUNSETOFFLOAD", name, ::ioctl(tap, TUNSETOFFLOAD, offloads));
  }

  ssize_t read(std::span<std::byte> buffer) override {
    const ssize_t got = ::read(descriptor().number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) errno = EAGAIN;
    return got;
  }
  bool write(std::span<const std::byte> bytes) override {
    return ::write(descriptor().number(), bytes.data(), bytes.size()) >= 0 || errno != EBADFD;
  }
};

}  // namespace

std::unique_ptr<KernelDevice> open_tap(const std::string& name, bool offload) {
  return std::make_unique<TapDevice>(name, offload);
}

}  // namespace banco::shm_switch
