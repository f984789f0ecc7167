#include "harness/machine/hypervisor.hh"

#include <libvirt/virterror.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "impl/base/file_descriptor.hh"

namespace banco::machine {
namespace {

// Everything that wants a daemon, a control group or another user switched off: the lab is the isolation.
constexpr const char* kEmbeddedConfiguration = R"(cgroup_controllers = []
namespaces = []
security_driver = "none"
remember_owner = 0
stdio_handler = "file"
)";
constexpr const char* kRootConfiguration = R"(user = "root"
group = "root"
dynamic_ownership = 0
)";

// QEMU's own words come with line ends.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void register_event_loop_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Errors are thrown; libvirt need not print them as well.
    ::virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    ::virEventRegisterDefaultImpl();
  });
}

}  // namespace

HypervisorError::HypervisorError(const std::string& attempt)
    : std::runtime_error(attempt + ": " + one_line(::virGetLastErrorMessage())) {}

std::unique_ptr<Hypervisor> Hypervisor::embedded(const std::filesystem::path& root) {
  std::filesystem::create_directories(root / "etc");
  std::string configuration = kEmbeddedConfiguration;
  if (::geteuid() == 0) configuration += kRootConfiguration;
  base::write_file_atomically(root / "etc/qemu.conf", configuration);
  // libvirt's own words go to a file beside its others, not between ours.
  ::setenv("LIBVIRT_LOG_OUTPUTS", ("3:file:" + (root / "libvirt.log").string()).c_str(), 0);
  return std::make_unique<Hypervisor>("qemu:///embed?root=" + root.string());
}

Hypervisor::Hypervisor(const std::string& uri) : embedded_(uri.starts_with("qemu:///embed")) {
  register_event_loop_once();
  // A timer that never fires by itself: the destructor sets it off to wake the loop up for its last round.
  wake_timer_ = ::virEventAddTimeout(
      -1, [](int, void*) {}, nullptr, nullptr);
  event_loop_ = std::jthread([](const std::stop_token& stop) {
    while (!stop.stop_requested()) ::virEventRunDefaultImpl();
  });
  connection_ = ::virConnectOpen(uri.c_str());
  if (connection_ == nullptr) {
    const HypervisorError error("virConnectOpen " + uri);
    event_loop_.request_stop();
    ::virEventUpdateTimeout(wake_timer_, 0);
    throw error;
  }
}

Hypervisor::~Hypervisor() {
  ::virConnectClose(connection_);
  event_loop_.request_stop();
  ::virEventUpdateTimeout(wake_timer_, 0);
  event_loop_.join();
  ::virEventRemoveTimeout(wake_timer_);
}

}  // namespace banco::machine
