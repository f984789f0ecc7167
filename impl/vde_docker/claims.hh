// Claims: which endpoint has which address of which network.
//
// Docker's own IPAM never gives an address twice; others may, and so may people who run without one. An
// endpoint that nobody joined within a minute was made by a daemon that died before it wrote that down:
// what it claimed may be claimed again.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "impl/vde_docker/records.hh"

namespace banco::vde_docker {

class Claims {
 public:
  static constexpr std::chrono::seconds kPatience{60};

  // Both addresses, or none. `now_s`: since 1970. Throws std::invalid_argument that names who has one.
  void claim(const Endpoint& endpoint, long long now_s);
  // Its claims last as long as it does now.
  void confirm(const Endpoint& endpoint);
  void release(const Endpoint& endpoint);

 private:
  struct Claim {
    std::string endpoint_id;
    long long made_at_s = 0;
    bool is_confirmed = false;
  };
  using Key = std::pair<std::string, std::string>;  // network, address without prefix
  static std::vector<Key> keys_of(const Endpoint& endpoint);

  std::mutex lock_;
  std::map<Key, Claim> claims_;
};

}  // namespace banco::vde_docker
