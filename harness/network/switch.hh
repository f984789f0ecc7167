// Switch: a network that machines are plugged into. One class per kind, all made by make_switch().
// The harness starts switches as programs or devices; it includes nothing of them.
#pragma once

#include <sys/types.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/machine/guest_nic.hh"
#include "harness/machine/namespace_machine.hh"

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
  std::string address;  // with prefix length
  int mtu_bytes = 1500;
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
  // Gives the interface to a namespace, with address and MTU, up. Throws NetworkError.
  virtual void plug_namespace(const Port& port, const machine::NamespaceMachine& machine) = 0;

  virtual std::vector<NetworkProcess> processes() const { return {}; }
};

struct SwitchSpec {
  std::string name;
  std::string type;
  bool offload = true;  // checksum and segmentation offload of its ports
  int ring_kib = 1024;  // shm: memory that a ring may use
};

// What a type of switch can carry and what it needs, for checks before anything is started.
struct SwitchType {
  std::string name;
  bool namespaces = true;                       // takes namespaces, not only guests
  std::vector<std::string> programs;            // needed by guests on it
  std::vector<std::string> namespace_programs;  // needed by namespaces on it
};
const std::vector<SwitchType>& switch_types();
// Throws std::out_of_range.
const SwitchType& switch_type(const std::string& name);

// Makes the switch and waits until it takes ports. Requires: the lab. Throws NetworkError.
std::unique_ptr<Switch> make_switch(const SwitchSpec& spec);

}  // namespace banco::network
