#include "harness/network/socket_switch.hh"

#include <atomic>

namespace banco::network {

SocketSwitch::SocketSwitch() {
  static std::atomic<unsigned> count = 0;
  group_ = "230.0.0.1:" + std::to_string(20000 + ++count % 10000);
}

machine::GuestNic SocketSwitch::plug_guest(const Port& port) {
  return {.mac = port.mac,
          .addresses = port.addresses,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::NetdevBackend{"socket,mcast=" + group_ + ",localaddr=127.0.0.1"}};
}

void SocketSwitch::plug_namespace(const Port& port, machine::NamespaceMachine&) {
  throw NetworkError(port.name() + ": only guests can be plugged into a switch of type socket");
}

}  // namespace banco::network
