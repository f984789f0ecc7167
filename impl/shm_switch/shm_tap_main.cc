// shm_tap: joins a tap, or one end of a veth pair, to a switch, offloads and all: what the kernel leaves to
// the hardware crosses the switch as it is, and is done by the switch's library only for ports that do not
// take it.
//
//   kernel ── tap ── read ──> vde_send ── shm:// ──> other ports
//                    write <── vde_recv
//
// A plain client of libvdeplug: it includes nothing of the switch. One thread; a batch each way between two
// polls.
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"
#include "impl/shm_switch/kernel_device.hh"
#include "impl/vde/plug_api.hh"

namespace {

using namespace banco;

// The largest frame with header and tag, behind its virtio_net_hdr_v1.
constexpr std::size_t kBufferBytes = 12 + 65536 + 18;
// Frames in one direction before the other has its turn.
constexpr int kBatch = 64;

struct CloseConnection {
  void operator()(VDECONN* connection) const { vde_close(connection); }
};
using Connection = std::unique_ptr<VDECONN, CloseConnection>;

// shm:///run/switch[port=3] with vnet_hdr among its parameters, and some patience: while we wait for room
// nobody reads the device, and TCP above it slows down instead of losing segments.
std::string with_offload(const std::string& url) {
  constexpr const char* kParameters = "vnet_hdr/wait=1000";
  if (url.ends_with(']')) return url.substr(0, url.size() - 1) + "/" + kParameters + "]";
  return url + "[" + kParameters + "]";
}

Connection open_network(const std::string& url, const std::string& description) {
  std::string name = with_offload(url);
  std::string words = "shm_tap " + description;
  Connection connection(vde_open(name.data(), words.data(), nullptr));
  if (!connection) throw base::SystemError(errno, "vde_open " + name);
  return connection;
}

// Both true while the device is there.
bool from_device(shm_switch::KernelDevice& device, VDECONN* network, std::vector<std::byte>& buffer) {
  for (int i = 0; i < kBatch; ++i) {
    const ssize_t got = device.read(buffer);
    if (got < 0) return errno == EAGAIN;
    vde_send(network, buffer.data(), static_cast<std::size_t>(got), 0);
  }
  return true;
}

bool to_device(VDECONN* network, shm_switch::KernelDevice& device, std::vector<std::byte>& buffer) {
  for (int i = 0; i < kBatch; ++i) {
    const ssize_t got = vde_recv(network, buffer.data(), buffer.size(), 0);
    if (got <= 1) return true;
    if (!device.write({buffer.data(), static_cast<std::size_t>(got)})) return false;
  }
  return true;
}

int carry(shm_switch::KernelDevice& device, VDECONN* network, const base::FileDescriptor& signals) {
  std::vector<std::byte> buffer(kBufferBytes);
  std::array<pollfd, 4> entries{{{device.descriptor().number(), POLLIN, 0},
                                 {vde_datafd(network), POLLIN, 0},
                                 {vde_ctlfd(network), POLLIN, 0},
                                 {signals.number(), POLLIN, 0}}};
  while (true) {
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR)
      throw base::SystemError(errno, "poll");
    if (entries[3].revents != 0) return 0;
    if (entries[2].revents != 0) throw std::runtime_error("the switch has hung up");
    if (entries[0].revents != 0 && !from_device(device, network, buffer))
      throw std::runtime_error("the device has gone");
    if (entries[1].revents != 0 && !to_device(network, device, buffer))
      throw std::runtime_error("the device has gone");
  }
}

base::FileDescriptor ending_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ending, number);
  base::check_system_call("sigprocmask", ::sigprocmask(SIG_BLOCK, &ending, nullptr));
  return base::FileDescriptor(base::check_system_call("signalfd", ::signalfd(-1, &ending, SFD_CLOEXEC)));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Joins a tap, or one end of a veth pair, to a shared-memory switch, with checksum and segmentation "
      "offload");
  std::string url;
  std::string name;
  bool no_offload = false;
  app.add_option("URL", url, "the switch: shm:///run/switch, or with [port=…/vlan=…]")->required();
  app.add_option("DEVICE", name, "a tap, made if it is not there, or a device that is, such as a veth")
      ->required();
  app.add_flag("--no-offload", no_offload, "whole packets with their checksums only");
  try {
    app.parse(argc, argv);
    const base::FileDescriptor signals = ending_signals();
    const Connection network = open_network(url, name);
    const auto device = shm_switch::open_kernel_device(name, !no_offload);
    return carry(*device, network.get(), signals);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm_tap: %s\n", error.what());
    return 1;
  }
}
