// GuestNic: one network card of a virtual machine, and what its other side is plugged into.
// harness/network makes them, domain_xml.cc writes them down for libvirt.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace banco::machine {

// A tap device of the lab, by name.
struct TapBackend {
  std::string device;
  bool offload = true;  // checksum and segmentation offload between guest and host
};

// A QEMU network backend as `-netdev` has it, without its id: "vde,sock=/run/sw".
struct NetdevBackend {
  std::string netdev;
};

struct GuestNic {
  std::string mac;
  std::vector<std::string> addresses;  // with prefix lengths; the guest's init sets them
  int mtu_bytes = 1500;
  std::variant<TapBackend, NetdevBackend> backend;
};

}  // namespace banco::machine
