#include "impl/base/network_devices.hh"

#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <atomic>
#include <exception>
#include <utility>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

std::string make_persistent_tap(const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::invalid_argument("interface name '" + name + "' is not 1 to 15 characters long");
  const FileDescriptor tun = open_file("/dev/net/tun", O_RDWR);
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL);
  check_system_call("ioctl TUNSETIFF", name, ::ioctl(tun.number(), TUNSETIFF, &request));
  check_system_call("ioctl TUNSETPERSIST", name, ::ioctl(tun.number(), TUNSETPERSIST, 1));
  return name;
}

}  // namespace

NetworkDevice::NetworkDevice(NetworkDevice&& other) noexcept : name_(std::exchange(other.name_, {})) {}

NetworkDevice::~NetworkDevice() {
  if (name_.empty()) return;
  try {
    Netlink netlink;
    if (netlink.exists(name_)) netlink.remove(name_);
  } catch (const std::exception&) {  // the namespace takes what is left
  }
}

Bridge::Bridge(const std::string& name, const BridgeOptions& options)
    : NetworkDevice((Netlink().add_bridge(name, options), name)) {
  Netlink().set_up(name);
}

VethPair::VethPair(const std::string& name, const std::string& peer)
    : NetworkDevice((Netlink().add_veth({.name = name}, {.name = peer}), name)) {}

DeviceGroup::DeviceGroup() {
  static std::atomic<unsigned> count = 0;
  number_ = ++count;
}

DeviceGroup::~DeviceGroup() {
  try {
    Netlink().remove_group(number_);
  } catch (const std::exception&) {  // there are none, or the namespace takes what is left
  }
}

Tap::Tap(const std::string& name) : NetworkDevice(make_persistent_tap(name)) {}

}  // namespace banco::base
