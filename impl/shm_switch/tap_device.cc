// The tap of KernelDevice.
#include <unistd.h>

#include <cerrno>

#include "impl/shm_switch/kernel_device.hh"
#include "impl/vde/tap.hh"

namespace banco::shm_switch {
namespace {

// Goes with this object, also when it was moved to another network namespace.
class TapDevice : public KernelDevice {
 public:
  TapDevice(const std::string& name, bool offload) : KernelDevice(vde::open_tap(name, offload)) {}

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
