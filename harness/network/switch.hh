// Switch: a network that machines are plugged into. One class per kind, all made by make_switch().
// The harness starts switches as programs or devices; it includes nothing of them.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/machine/guest_nic.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/network/wire.hh"
#include "impl/base/network_devices.hh"

namespace banco::network {

// A switch or a port of it could not be made: one sentence that names it and what to do.
class NetworkError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One interface of one machine.
struct Port {
  std::string machine;
  std::string interface;  // its name inside the machine: eth0 …
  std::string mac;
  std::vector<std::string> addresses;  // with prefix lengths
  int mtu_bytes = 1500;
  int vlan = 0;                  // whose frames come here without their tag; 0: those that have none anywhere
  std::optional<WireSpec> wire;  // between the machine, left, and the switch

  // For messages: "vm1:eth0".
  std::string name() const { return machine + ":" + interface; }
};

// One end of a cable to another switch.
struct TrunkPort {
  std::string name;  // for messages: "sw1-sw2"
  int mtu_bytes = 1500;
  bool untagged = true;          // frames without a tag pass
  std::vector<int> vlans;        // those of these VLANs with their tags
  std::optional<WireSpec> wire;  // between the first switch, left, and the second
};

// A process that works for the network, for CPU accounting.
struct NetworkProcess {
  std::string role;  // "switch", or "plug" for one that serves a single port
  pid_t pid = -1;
};

class Switch {
 public:
  virtual ~Switch() = default;

  // The network card of a guest that is going to be started on this port. Throws NetworkError.
  virtual machine::GuestNic plug_guest(const Port& port) = 0;
  // Gives the interface to a namespace, with addresses and MTU, up. Throws NetworkError.
  virtual void plug_namespace(const Port& port, machine::NamespaceMachine& machine) = 0;

  // A trunk (trunk.hh) ends in one of two things. A switch in the kernel takes devices of the lab as ports;
  // all others are joined by URL. Both can make a device whose other side is a port of theirs. Unless a class
  // says otherwise, it can do nothing of this, and throws NetworkError.
  virtual bool is_in_kernel() const { return false; }
  // A new port of a switch that is not in the kernel, as libvdeplug joins it.
  virtual std::string trunk_url(const TrunkPort& port);
  // Makes `device` in the lab, up: what it is given and gives are the frames of one VLAN, without a tag (0:
  // those that have none anywhere).
  virtual void make_trunk_device(const TrunkPort& port, int vlan, const std::string& device);
  // Makes such a device, of another switch, a port of this one, which is in the kernel.
  virtual void take_trunk_device(const TrunkPort& port, int vlan, const std::string& device);

  virtual std::vector<NetworkProcess> processes() const { return {}; }
};

struct SwitchSpec {
  std::string name;
  std::string type;
  bool offload = true;          // checksum and segmentation offload of its ports
  int ring_kib = 1024;          // shm: memory that a ring may use
  bool stp = false;             // spanning tree
  std::vector<int> vlans = {};  // that come to it; none: it need not know of VLANs
  // What its devices in the lab belong to, shared by switches that go together; null: a group of its own.
  std::shared_ptr<base::DeviceGroup> devices = nullptr;
};

// What a type of switch can carry and what it needs, for checks before anything is started.
struct SwitchType {
  std::string name;
  bool in_kernel = false;             // devices are its ports; all others are joined by URL
  std::vector<std::string> programs;  // that it needs in any case
  std::vector<std::string>
      carriers;  // that carry a port's frames to a device: for namespaces, and to the kernel
};
const std::vector<SwitchType>& switch_types();
// Throws std::out_of_range.
const SwitchType& switch_type(const std::string& name);

// Makes the switch and waits until it takes ports. Requires: the lab. Throws NetworkError.
std::unique_ptr<Switch> make_switch(const SwitchSpec& spec);

}  // namespace banco::network
