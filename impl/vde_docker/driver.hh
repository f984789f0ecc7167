// Driver: what Docker's requests do.
//
// Theory of operation: a request changes one record, on disk first where the kernel comes after it, on disk
// last where the kernel goes before it; so after kill -9 at any moment the disk names at least what there is,
// and a driver that starts makes the rest of it: it takes over the pumps that run, starts those that are
// missing, and ends those that nobody wants. Requests are idempotent: Docker repeats those whose answers were
// lost.
//
// Threads  any may call; work on one endpoint is done in turn, nothing else waits.
// Errors   std::invalid_argument: the request cannot be; std::runtime_error: it did not succeed. Each with a
//          sentence that Docker shows to its user. Nothing is left behind then.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "impl/vde_docker/claims.hh"
#include "impl/vde_docker/pump.hh"
#include "impl/vde_docker/requests.hh"
#include "impl/vde_docker/store.hh"
#include "impl/vde_docker/table.hh"

namespace banco::vde_docker {

struct Joined {
  std::string tap_name;
  std::string interface_prefix;
  // Without prefix length; empty where there is none.
  std::string gateway;
  std::string gateway_ipv6;
  std::vector<Route> routes;
};

class Driver {
 public:
  // Receives sentences about what nobody asked for. From any thread.
  using Log = Complain;

  // Takes up what `store` remembers. Both must outlive it. Throws what Store throws.
  Driver(const Store& store, PumpStarter& starter, Log log);

  void create_network(const Network& network);
  void delete_network(const std::string& id);
  // The MAC address that was chosen; empty when the request had one.
  std::string create_endpoint(const CreateEndpointRequest& request);
  void delete_endpoint(const EndpointRequest& request);
  Joined join(const EndpointRequest& request);
  void leave(const EndpointRequest& request);

  // Joined endpoints whose pump has died get another; pumps that were told to end and did not are killed.
  // To be called a few times a second, by one thread.
  void mend();

 private:
  using Clock = std::chrono::steady_clock;
  struct Slot {
    Endpoint endpoint;
    std::optional<Pump> pump = {};
    // Of another attempt to mend it.
    Clock::time_point next_attempt = {};
    std::chrono::milliseconds pause{0};
  };
  using Held = Table<Slot>::Held;
  struct Ending {
    Pump pump;
    Endpoint endpoint;
    Clock::time_point deadline;
  };

  std::optional<Network> network(const std::string& id);
  void check_addresses(const Network& network, const Endpoint& endpoint) const;
  void unplug(Slot& slot);
  // unplug(), until nothing is left of it.
  void unplug_wholly(Slot& slot);
  void remove(Slot& slot);
  void mend(Slot& slot);
  void mend_endings();
  void take_up(const Endpoint& endpoint);
  void end_strays();

  const Store& store_;
  PumpStarter& starter_;
  Log log_;
  Table<Network> networks_;
  Table<Slot> endpoints_;
  Claims claims_;
  std::mutex endings_lock_;
  std::vector<Ending> endings_;
};

}  // namespace banco::vde_docker
