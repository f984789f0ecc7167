#include "impl/vde_docker/driver.hh"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <stdexcept>

#include "impl/vde_docker/address.hh"

namespace banco::vde_docker {
namespace {

using std::chrono::milliseconds;

// A pump that was told to end.
constexpr milliseconds kEndLimit{1000};
constexpr milliseconds kShortestPause{100};
constexpr milliseconds kLongestPause{5000};

long long now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Of the pool that `address` is from.
std::string gateway_for(const Network& network, const std::string& address) {
  if (network.is_internal || address.empty()) return {};
  const IpAddress own = parse_with_prefix(address, "the address");
  for (const Pool& pool : network.pools)
    if (!pool.gateway.empty() && parse_with_prefix(pool.network, "the pool").holds(own))
      return without_prefix(pool.gateway);
  return {};
}

}  // namespace

Driver::Driver(const Store& store, PumpStarter& starter, Log log)
    : store_(store), starter_(starter), log_(std::move(log)) {
  for (Network& network : store_.networks(log_)) {
    const auto held = networks_.hold(network.id);
    *held = std::move(network);
  }
  for (const Endpoint& endpoint : store_.endpoints(log_)) {
    try {
      take_up(endpoint);
    } catch (const std::exception& error) {
      log_(fmt::format("endpoint {:.12}: {}", endpoint.id, error.what()));
    }
  }
  end_strays();
  mend();
}

void Driver::take_up(const Endpoint& endpoint) {
  const auto held = endpoints_.hold(endpoint.id);
  *held = Slot{endpoint};
  if (!network(endpoint.network_id)) {  // we died while it was removed
    remove(**held);
    held->reset();
  } else if (endpoint.sandbox.empty()) {
    claims_.claim(endpoint, now_s());
  } else {
    claims_.confirm(endpoint);
  }
}

// Pumps of endpoints that are not joined: we died while they were told to end.
void Driver::end_strays() {
  std::set<std::string> joined;
  for (const Endpoint& endpoint : store_.endpoints(log_))
    if (!endpoint.sandbox.empty()) joined.insert(endpoint.tap_name());
  for (const auto& socket : store_.pump_sockets())
    if (!joined.contains(socket.filename()))
      if (const auto pump = Pump::find(socket)) pump->signal(SIGTERM);
}

std::optional<Network> Driver::network(const std::string& id) {
  return *networks_.hold(id);
}

void Driver::create_network(const Network& network) {
  const auto held = networks_.hold(network.id);
  if (*held && **held != network)
    throw std::invalid_argument(fmt::format("network {:.12} exists with other options", network.id));
  if (*held) return;
  store_.put(network);
  *held = network;
}

void Driver::delete_network(const std::string& id) {
  {
    const auto held = networks_.hold(id);
    if (*held) store_.remove(**held);
    held->reset();
  }
  // Also when an earlier attempt came to here. Not under the network's lock: whoever makes an endpoint holds
  // that and asks for the network.
  for (const std::string& name : endpoints_.names()) {
    const auto held = endpoints_.hold(name);
    if (!*held || (*held)->endpoint.network_id != id) continue;
    remove(**held);
    held->reset();
  }
}

void Driver::check_addresses(const Network& network, const Endpoint& endpoint) const {
  for (const std::string& text : {endpoint.address, endpoint.address_ipv6}) {
    if (text.empty()) continue;
    const IpAddress address = parse_with_prefix(text, "the address");
    const bool is_in_pool = std::any_of(network.pools.begin(), network.pools.end(), [&](const Pool& pool) {
      return parse_with_prefix(pool.network, "the pool").holds(address);
    });
    if (!is_in_pool)
      throw std::invalid_argument(fmt::format(
          "the address {} is of no pool of network {:.12}: give the network a --subnet that holds it", text,
          network.id));
  }
}

std::string Driver::create_endpoint(const CreateEndpointRequest& request) {
  const auto held = endpoints_.hold(request.endpoint_id);
  const auto its_network = network(request.network_id);
  if (!its_network)
    throw std::invalid_argument(
        fmt::format("network {:.12} is not known here: was the driver's state directory removed? Remove the "
                    "network and create it again",
                    request.network_id));
  if (*held) {
    const Endpoint& there = (*held)->endpoint;
    const bool is_same = there.network_id == request.network_id && there.address == request.address &&
                         there.address_ipv6 == request.address_ipv6 &&
                         (request.mac.empty() || there.mac == request.mac);
    if (!is_same)
      throw std::invalid_argument(fmt::format("endpoint {:.12} exists with other addresses", there.id));
    return request.mac.empty() ? there.mac : "";
  }
  const Endpoint endpoint{.id = request.endpoint_id,
                          .network_id = request.network_id,
                          .mac = request.mac.empty() ? choose_mac(request.address) : request.mac,
                          .address = request.address,
                          .address_ipv6 = request.address_ipv6,
                          .sandbox = {},
                          .made_at_s = now_s()};
  check_addresses(*its_network, endpoint);
  claims_.claim(endpoint, now_s());
  try {
    store_.put(endpoint);
  } catch (...) {
    claims_.release(endpoint);
    throw;
  }
  *held = Slot{endpoint};
  return request.mac.empty() ? endpoint.mac : "";
}

void Driver::delete_endpoint(const EndpointRequest& request) {
  const auto held = endpoints_.hold(request.endpoint_id);
  if (!*held) return;
  remove(**held);
  held->reset();
}

void Driver::remove(Slot& slot) {
  unplug(slot);
  store_.remove(slot.endpoint);
  claims_.release(slot.endpoint);
}

// Its pump takes the tap along when it ends; how long the kernel needs for that is not Docker's matter.
void Driver::unplug(Slot& slot) {
  if (slot.endpoint.sandbox.empty()) return;
  if (!slot.pump) slot.pump = Pump::find(store_.pump_socket(slot.endpoint));
  if (slot.pump && slot.pump->is_alive()) {
    slot.pump->signal(SIGTERM);
    const std::lock_guard guard(endings_lock_);
    endings_.push_back({std::move(*slot.pump), slot.endpoint, Clock::now() + kEndLimit});
  } else {
    remove_tap(slot.endpoint);
  }
  slot.pump.reset();
}

void Driver::unplug_wholly(Slot& slot) {
  if (const auto pump = Pump::find(store_.pump_socket(slot.endpoint))) {
    pump->signal(SIGTERM);
    if (!pump->has_ended_within(kEndLimit)) pump->signal(SIGKILL);
    if (!pump->has_ended_within(kEndLimit))
      throw std::runtime_error(fmt::format("the pump of endpoint {:.12} does not end", slot.endpoint.id));
  }
  if (!slot.endpoint.sandbox.empty()) remove_tap(slot.endpoint);
  slot.pump.reset();
}

Joined Driver::join(const EndpointRequest& request) {
  const auto held = endpoints_.hold(request.endpoint_id);
  const auto its_network = *held ? network((*held)->endpoint.network_id) : std::nullopt;
  if (!its_network)
    throw std::invalid_argument(
        fmt::format("endpoint {:.12} is not known here: was the driver's state directory removed? Disconnect "
                    "the container from the network and connect it again",
                    request.endpoint_id));
  Slot& slot = **held;
  Endpoint& endpoint = slot.endpoint;
  const Joined joined{.tap_name = endpoint.tap_name(),
                      .interface_prefix = its_network->options.interface_prefix,
                      .gateway = gateway_for(*its_network, endpoint.address),
                      .gateway_ipv6 = gateway_for(*its_network, endpoint.address_ipv6),
                      .routes = its_network->options.routes};
  // The answer to the same request was lost, and Docker has not taken the tap.
  const bool is_repeated = endpoint.sandbox == request.sandbox && slot.pump && slot.pump->is_alive();
  if (is_repeated) {
    const auto tap = find_tap(endpoint);
    if (tap && tap->network_namespace.empty()) return joined;
  }
  unplug_wholly(slot);
  endpoint.sandbox = request.sandbox;
  store_.put(endpoint);
  try {
    slot.pump = starter_.start(endpoint, its_network->options, store_.pump_socket(endpoint));
  } catch (const std::exception& error) {
    endpoint.sandbox.clear();
    store_.put(endpoint);
    throw std::runtime_error(fmt::format("{} cannot be joined: {}", its_network->options.url, error.what()));
  }
  slot.pause = {};
  claims_.confirm(endpoint);
  return joined;
}

void Driver::leave(const EndpointRequest& request) {
  const auto held = endpoints_.hold(request.endpoint_id);
  if (!*held || (*held)->endpoint.sandbox.empty()) return;
  Slot& slot = **held;
  unplug(slot);
  slot.endpoint.sandbox.clear();
  store_.put(slot.endpoint);
}

void Driver::mend() {
  for (const std::string& name : endpoints_.names()) {
    const auto held = endpoints_.try_hold(name);
    if (!held || !**held || (**held)->endpoint.sandbox.empty()) continue;
    Slot& slot = ***held;
    if (slot.pump && slot.pump->is_alive()) continue;
    if (Clock::now() < slot.next_attempt) continue;
    try {
      mend(slot);
    } catch (const std::exception& error) {
      log_(fmt::format("endpoint {:.12}: {}", name, error.what()));
    }
    if (slot.pump) {
      slot.pause = {};
    } else {
      slot.pause = std::clamp(2 * slot.pause, kShortestPause, kLongestPause);
      slot.next_attempt = Clock::now() + slot.pause;
    }
  }
  mend_endings();
}

void Driver::mend(Slot& slot) {
  slot.pump = Pump::find(store_.pump_socket(slot.endpoint));
  if (slot.pump) return;
  const auto its_network = network(slot.endpoint.network_id);
  const auto tap = find_tap(slot.endpoint);
  if (!tap || !its_network) return;  // its container has ended; Docker will say so
  slot.pump = starter_.restart(*tap, its_network->options, store_.pump_socket(slot.endpoint));
  log_(fmt::format("endpoint {:.12}: its pump had died; {} has another", slot.endpoint.id, tap->name));
}

void Driver::mend_endings() {
  const std::lock_guard guard(endings_lock_);
  std::erase_if(endings_, [this](const Ending& ending) {
    if (!ending.pump.is_alive()) return true;
    if (Clock::now() < ending.deadline) return false;
    log_(fmt::format("endpoint {:.12}: its pump does not end, and is killed", ending.endpoint.id));
    ending.pump.signal(SIGKILL);
    try {
      if (ending.pump.has_ended_within(kEndLimit)) remove_tap(ending.endpoint);
    } catch (const std::exception& error) {
      log_(fmt::format("endpoint {:.12}: {}", ending.endpoint.id, error.what()));
    }
    return true;
  });
}

}  // namespace banco::vde_docker
