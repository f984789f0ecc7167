#include "impl/vde_docker/store.hh"

#include <fmt/format.h>
#include <net/if.h>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::vde_docker {
namespace {

using base::check_system_call;
using Path = std::filesystem::path;

Path networks_in(const Path& directory) {
  return directory / "networks";
}
Path endpoints_in(const Path& directory) {
  return directory / "endpoints";
}
Path pumps_in(const Path& directory) {
  return directory / "pumps";
}

void make_directory(const Path& path) {
  std::filesystem::create_directories(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

// A name in it, new or gone, is on disk then.
void sync(const Path& directory) {
  const base::FileDescriptor descriptor = base::open_file(directory, O_RDONLY | O_DIRECTORY);
  check_system_call("fsync", directory.string(), ::fsync(descriptor.number()));
}

template <typename Record>
std::vector<Record> read_all(const Path& directory, const Complain& complain) {
  std::vector<Record> records;
  if (!std::filesystem::exists(directory)) return records;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".new") continue;  // left by a write that was killed
    try {
      const std::string text = base::read_file(entry.path());
      // What is left of an endpoint when the machine loses its power.
      if (std::is_same_v<Record, Endpoint> && text.empty()) continue;
      Record record;
      from_json(nlohmann::ordered_json::parse(text), record);
      if (record.id == entry.path().filename()) records.push_back(std::move(record));
    } catch (const nlohmann::json::exception&) {
      complain(fmt::format("{} cannot be read; remove it, and the network or container with it",
                           entry.path().string()));
    } catch (const base::SystemError& error) {
      if (error.code().value() != ENOENT) complain(error.what());  // or it has gone since
    }
  }
  return records;
}

void remove_file(const Path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    throw base::SystemError(errno, "unlink " + path.string());
}

template <typename Record>
void write(const Path& directory, const Record& record, base::Lifetime lifetime) {
  base::write_file_atomically(directory / record.id, to_json(record).dump(2) + "\n", 0600, lifetime);
}

}  // namespace

Store::Store(const Path& directory) : directory_(std::filesystem::absolute(directory)) {
  base::socket_address(pumps_in(directory_) / std::string(IFNAMSIZ - 1, 'x'));
  for (const Path& path :
       {directory_, networks_in(directory_), endpoints_in(directory_), pumps_in(directory_)})
    make_directory(path);
  lock_ = base::open_file(directory_ / "lock", O_RDWR | O_CREAT, 0600);
  if (::flock(lock_.number(), LOCK_EX | LOCK_NB) != 0)
    throw std::runtime_error(fmt::format("{}: another vde_docker works there", directory_.string()));
}

std::vector<Network> Store::networks(const Complain& complain) const {
  return read_networks(directory_, complain);
}
std::vector<Endpoint> Store::endpoints(const Complain& complain) const {
  return read_endpoints(directory_, complain);
}

void Store::put(const Network& network) const {
  write(networks_in(directory_), network, base::Lifetime::kForEver);
  sync(networks_in(directory_));
}
void Store::remove(const Network& network) const {
  remove_file(networks_in(directory_) / network.id);
  sync(networks_in(directory_));
}

void Store::put(const Endpoint& endpoint) const {
  write(endpoints_in(directory_), endpoint, base::Lifetime::kUntilRestart);
}
void Store::remove(const Endpoint& endpoint) const {
  remove_file(endpoints_in(directory_) / endpoint.id);
}

Path Store::pump_socket(const Endpoint& endpoint) const {
  return vde_docker::pump_socket(directory_, endpoint);
}

std::vector<Path> Store::pump_sockets() const {
  std::vector<Path> sockets;
  for (const auto& entry : std::filesystem::directory_iterator(pumps_in(directory_)))
    if (entry.is_socket()) sockets.push_back(entry.path());
  return sockets;
}

std::vector<Network> read_networks(const Path& directory, const Complain& complain) {
  return read_all<Network>(networks_in(directory), complain);
}
std::vector<Endpoint> read_endpoints(const Path& directory, const Complain& complain) {
  return read_all<Endpoint>(endpoints_in(directory), complain);
}
Path pump_socket(const Path& directory, const Endpoint& endpoint) {
  return pumps_in(directory) / endpoint.tap_name();
}

}  // namespace banco::vde_docker
