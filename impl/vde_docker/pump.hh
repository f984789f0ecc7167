// Pump: the driver's hold on the process that carries an endpoint's frames (pump_main.cc), which it is not
// the parent of: the pump outlives it. And the tap of an endpoint, wherever it is.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/vde_docker/pump_request.hh"
#include "impl/vde_docker/records.hh"

namespace banco::vde_docker {

class Pump {
 public:
  // The one that listens at `socket`; nothing when there is none.
  static std::optional<Pump> find(const std::filesystem::path& socket);

  bool is_alive() const { return !has_ended_within(std::chrono::milliseconds(0)); }
  bool has_ended_within(std::chrono::milliseconds time) const;
  // SIGTERM: it ends and takes its tap along. SIGKILL: the tap stays.
  void signal(int number) const;

  // `process`: its pidfd.
  explicit Pump(base::FileDescriptor process) : process_(std::move(process)) {}

 private:
  base::FileDescriptor process_;  // pidfd
};

// Where a tap is, and what it is called there.
struct TapPlace {
  std::string network_namespace;  // a path; empty: the host's
  std::string name;
};
// Nothing when it has gone, with its container or alone. Throws SystemError, NetlinkError.
std::optional<TapPlace> find_tap(const Endpoint& endpoint);
// One that is not there is no error.
void remove_tap(const Endpoint& endpoint);

// Holds a vde_docker_pump that becomes each pump by fork(2): a third of the processor time of a program that
// is started anew, and whoever starts a container waits for that. Pumps outlive it, and it ends with us.
// Thread-safe.
class PumpStarter {
 public:
  // `program`: path of vde_docker_pump, which is started when the first pump is, and again if it was killed.
  explicit PumpStarter(std::filesystem::path program) : program_(std::move(program)) {}

  // A tap of its own in this network namespace, joined to the network. Blocks until it is, two seconds at
  // most. Throws std::runtime_error with a sentence; nothing is left then.
  Pump start(const Endpoint& endpoint, const NetworkOptions& options, const std::filesystem::path& socket);
  // For a tap that lost its pump; it goes on trying to join by itself. Throws std::runtime_error.
  Pump restart(const TapPlace& tap, const NetworkOptions& options, const std::filesystem::path& socket);

 private:
  struct Parent {
    base::FileDescriptor requests;
    base::ChildProcess process;
  };

  Pump run(const PumpRequest& request);
  void send(const PumpRequest& request, const base::FileDescriptor& answer);
  Parent start_parent() const;

  const std::filesystem::path program_;
  std::mutex lock_;
  std::optional<Parent> parent_;
};

// What a pump says of itself: one JSON object. Nothing when there is none, or it does not answer.
std::optional<std::string> read_report(const std::filesystem::path& socket);

}  // namespace banco::vde_docker
