// Netlink: what ip-link(8), ip-address(8) and ip-route(8) do, through rtnetlink (libnl-route).
// network_devices.hh builds bridges, veth pairs and taps on it whose destructors remove them.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "impl/base/file_descriptor.hh"

struct nl_sock;

namespace banco::base {

struct BridgeOptions {
  // With the shortest times that the kernel allows: a port passes frames 4 s after it came up.
  bool spanning_tree = false;
  unsigned group = 0;  // see DeviceGroup
};

// One end of a veth pair, complete as it is made, which costs far less than to change it. What is empty or 0
// the kernel chooses.
struct VethEnd {
  std::string name;
  std::string mac = {};
  int mtu_bytes = 0;
  // Of the first end only: the bridge of which it becomes a port; see DeviceGroup; whether it is up at once,
  // which the kernel refuses to the second.
  std::string bridge = {};
  unsigned group = 0;
  bool up = false;
  // Of the second end only; null: that of the socket.
  const FileDescriptor* network_namespace = nullptr;
};

// Names are interface names (at most 15 characters); a failed request throws NetlinkError.
class Netlink {
 public:
  // Works in the network namespace that the calling thread is in now.
  Netlink();
  // Works in `network_namespace`, from whichever thread.
  explicit Netlink(const FileDescriptor& network_namespace);

  void add_bridge(const std::string& name, const BridgeOptions& options = {});
  void add_veth(const VethEnd& first, const VethEnd& second);
  // In bridge mode: devices of one `parent` hear each other.
  void add_macvlan(const std::string& name, const std::string& parent);
  void remove(const std::string& name);
  // All devices of the group, at once.
  void remove_group(unsigned group);

  void set_up(const std::string& name);
  void set_master(const std::string& name, const std::string& bridge);
  void set_mtu(const std::string& name, int mtu_bytes);
  // "52:54:00:12:34:56"
  void set_mac(const std::string& name, const std::string& mac);
  // Words that stay with the interface wherever it is moved and whatever it is called: at most 255 bytes.
  void set_alias(const std::string& name, const std::string& alias);
  // The name of the interface with that alias.
  std::optional<std::string> find_by_alias(const std::string& alias);
  // Hands the interface over, under a new name.
  void move(const std::string& name, const FileDescriptor& network_namespace, const std::string& new_name);
  // "10.0.0.1/24" or "fd00::1/64", which can be used at once: nobody is asked whether it is taken.
  void add_address(const std::string& name, const std::string& address);
  // Sends "239.0.0.0/8" out of the interface.
  void add_route(const std::string& destination, const std::string& name);
  // Sends "10.0.1.0/24", or with "default" what no other route is for, to the gateway "10.0.0.1".
  void add_gateway(const std::string& destination, const std::string& gateway);

  bool exists(const std::string& name);
  // Something has attached to the other side (IFF_LOWER_UP): the cable of a veth, the reader of a tap.
  bool has_carrier(const std::string& name);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  void connect();
  int index_of(const std::string& name);
  std::unique_ptr<nl_sock, Close> socket_;
};

// "add bridge br0: Operation not permitted"
class NetlinkError : public std::runtime_error {
 public:
  NetlinkError(const std::string& attempt, int netlink_error_number);
};

}  // namespace banco::base
