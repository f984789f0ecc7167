// SocketSwitch: QEMU's `socket` backend over multicast UDP on the loopback; every guest hears every frame.
// Nothing runs between the guests, and only QEMU can be plugged in.
#pragma once

#include "harness/network/switch.hh"

namespace banco::network {

class SocketSwitch : public Switch {
 public:
  SocketSwitch();

  machine::GuestNic plug_guest(const Port& port) override;
  // Always throws NetworkError.
  void plug_namespace(const Port& port, machine::NamespaceMachine& machine) override;

 private:
  std::string group_;  // address and port
};

}  // namespace banco::network
