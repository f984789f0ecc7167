// What the driver remembers of a network and of an endpoint, as Docker will not say it again.
//
// Shape  JSON objects, one file each: see store.hh.
// Trust  files of the state directory are root's own, but may be damaged: what cannot be read is left out,
//        with a sentence that names it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "impl/vde_docker/options.hh"

namespace banco::vde_docker {

struct Pool {
  std::string network;  // "10.0.0.0/24"
  std::string gateway;  // "10.0.0.1/24" or empty

  bool operator==(const Pool&) const = default;
};

struct Network {
  std::string id = {};
  NetworkOptions options = {};
  bool is_internal = false;
  std::vector<Pool> pools = {};  // IPv4 and IPv6

  bool operator==(const Network&) const = default;
};

struct Endpoint {
  std::string id = {};
  std::string network_id = {};
  std::string mac = {};
  std::string address = {};       // "10.0.0.2/24" or empty
  std::string address_ipv6 = {};  // "fd00::2/64" or empty
  std::string sandbox = {};       // path of the container's network namespace; empty: not joined
  long long made_at_s = 0;        // since 1970

  // Of its tap in the host's namespace, and of its pump's socket.
  std::string tap_name() const { return "vde" + id.substr(0, 11); }
  // Of its tap, wherever it is.
  std::string tap_alias() const { return "vde_docker " + id; }
};

nlohmann::ordered_json to_json(const Network& network);
nlohmann::ordered_json to_json(const Endpoint& endpoint);
// Throw nlohmann::json::exception.
void from_json(const nlohmann::ordered_json& json, Network& network);
void from_json(const nlohmann::ordered_json& json, Endpoint& endpoint);

}  // namespace banco::vde_docker
