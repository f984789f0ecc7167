// Store: the driver's memory on disk.
//
// Shape   DIR/networks/ID, DIR/endpoints/ID: one JSON object each (records.hh).
//         DIR/pumps/TAP: sockets of pumps (pump.hh). DIR/lock: held by the driver that works here.
// Errors  SystemError; std::runtime_error with a sentence.
// Rejected  one file for everything: each change would rewrite and sync all of it, and one damaged byte would
//         cost every network.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/vde_docker/records.hh"

namespace banco::vde_docker {

// Receives a sentence about a file that cannot be read, which is left out.
using Complain = std::function<void(const std::string&)>;

class Store {
 public:
  // Makes the directory if it is not there and locks it.
  explicit Store(const std::filesystem::path& directory);

  std::vector<Network> networks(const Complain& complain) const;
  std::vector<Endpoint> endpoints(const Complain& complain) const;

  // In one step; of networks, on disk when they return. Endpoints end with the machine, as their containers
  // do. From any thread, but not two for one record at once.
  void put(const Network& network) const;
  void put(const Endpoint& endpoint) const;
  // One that is not there is no error.
  void remove(const Network& network) const;
  void remove(const Endpoint& endpoint) const;

  std::filesystem::path pump_socket(const Endpoint& endpoint) const;
  // Those that are there, whether somebody listens or not.
  std::vector<std::filesystem::path> pump_sockets() const;
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  base::FileDescriptor lock_;
};

// For those who only look, without the lock.
std::vector<Network> read_networks(const std::filesystem::path& directory, const Complain& complain);
std::vector<Endpoint> read_endpoints(const std::filesystem::path& directory, const Complain& complain);
std::filesystem::path pump_socket(const std::filesystem::path& directory, const Endpoint& endpoint);

}  // namespace banco::vde_docker
