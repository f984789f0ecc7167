// A wire: our program or plug that makes a link late, lossy or slow, and says what passed. Started as what it
// is, a program on PATH or a module of libvdeplug; nothing of it is included.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace banco::network {

struct WireSpec {
  std::vector<std::string>
      settings;                   // as wire(1) has them; left is the machine, or the first of two switches
  std::filesystem::path control;  // its control socket, there once both ends are
};

// What libvdeplug opens in place of `url`: the same network behind a wire.
std::string wire_url(const WireSpec& spec, const std::string& url);
// The program that joins two networks.
std::vector<std::string> wire_command(const WireSpec& spec, const std::string& left,
                                      const std::string& right);

// The same for QEMU's option -netdev vde,sock=: its own commas are doubled.
std::string netdev_words(const std::string& url);

// Where the control socket of a link lies in the lab: "vm1:eth0", "sw1-sw2".
std::filesystem::path wire_control(const std::string& link);

}  // namespace banco::network
