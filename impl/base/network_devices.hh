// Bridge, VethPair, DeviceGroup, Tap: kernel network devices that exist as long as their objects do.
// All live in the network namespace of the thread that makes them; ends may be moved out of it.
#pragma once

#include <string>

#include "impl/base/netlink.hh"

namespace banco::base {

// A device that was made is removed with its owner, unless it has gone already.
class NetworkDevice {
 public:
  NetworkDevice(NetworkDevice&& other) noexcept;
  NetworkDevice& operator=(NetworkDevice&&) = delete;
  ~NetworkDevice();
  const std::string& name() const { return name_; }

 protected:
  explicit NetworkDevice(std::string name) : name_(std::move(name)) {}

 private:
  std::string name_;
};

// A Linux bridge, up. Throws NetlinkError.
class Bridge : public NetworkDevice {
 public:
  explicit Bridge(const std::string& name, const BridgeOptions& options = {});
};

// Two joined interfaces; removing one end removes both, also when one was moved away. Throws NetlinkError.
class VethPair : public NetworkDevice {
 public:
  VethPair(const std::string& name, const std::string& peer);
};

// Devices that go at once with this object, however many: removing them one by one has the kernel wait for
// each. No device in it is no error.
class DeviceGroup {
 public:
  DeviceGroup();
  DeviceGroup(const DeviceGroup&) = delete;
  DeviceGroup& operator=(const DeviceGroup&) = delete;
  ~DeviceGroup();
  // For VethEnd::group.
  unsigned number() const { return number_; }

 private:
  unsigned number_;
};

// A persistent tap(4) that another program attaches to by name.
// Throws NetlinkError; SystemError when /dev/net/tun is not there or not for this user.
class Tap : public NetworkDevice {
 public:
  explicit Tap(const std::string& name);
};

}  // namespace banco::base
