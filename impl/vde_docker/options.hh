// What a user says behind -o of `docker network create --driver vde`.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace banco::vde_docker {

// "10.9.0.0/16 via 10.0.0.254"; without `via` the destination is on the network itself.
struct Route {
  std::string destination;
  std::string gateway;  // or empty

  bool operator==(const Route&) const = default;
};

struct NetworkOptions {
  std::string url;                       // sock=: any network of libvdeplug
  std::string interface_prefix = "vde";  // if=: vde0 in the container
  int mtu_bytes = 1500;                  // mtu=
  std::vector<Route> routes;             // route=, divided by commas

  bool operator==(const NetworkOptions&) const = default;
};

// Throws std::invalid_argument with a sentence.
NetworkOptions parse_options(const std::map<std::string, std::string>& options);

}  // namespace banco::vde_docker
