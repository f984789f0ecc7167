#include "harness/subject/shm_network.hh"

#include <atomic>
#include <string>

#include "harness/machine/lab.hh"

namespace banco::subject {
namespace {

std::filesystem::path next_directory() {
  static std::atomic<unsigned> count = 0;
  return machine::kLabDirectory / ("shm" + std::to_string(++count));
}

std::vector<std::string> command(const network::SwitchSpec& spec, const std::filesystem::path& directory) {
  std::vector<std::string> words{"shm_switch", "-s", directory, "-n", "1024"};
  if (spec.type == "shm-hub") words.emplace_back("-x");
  return words;
}

// As libvdeplug_shm(1) has them: "10", "0,20t,30t".
std::string vlan_words(const network::PortVlans& vlans) {
  std::string words = vlans.untagged == network::PortVlans::kNone ? "" : std::to_string(vlans.untagged);
  for (const int vlan : vlans.tagged) words += (words.empty() ? "" : ",") + std::to_string(vlan) + "t";
  return words;
}

}  // namespace

ShmNetwork::ShmNetwork(const network::SwitchSpec& spec)
    : directory_(next_directory()),
      ring_kib_(spec.ring_kib),
      offload_(spec.offload),
      has_vlans_(!spec.vlans.empty()),
      process_(spec.name, command(spec, directory_)) {
  process_.wait_for_listener(directory_ / "ctl", SOCK_SEQPACKET);
}

std::string ShmNetwork::add_port(const network::PortVlans& vlans) {
  std::string options = "ring=" + std::to_string(ring_kib_);
  if (has_vlans_) options += "/vlan=" + vlan_words(vlans);
  return "shm://" + directory_.string() + "[" + options + "]";
}

std::vector<std::string> ShmNetwork::carrier(const std::string& url, const std::string& device) const {
  std::vector<std::string> words{"shm_tap", url, device};
  if (!offload_) words.emplace_back("--no-offload");
  return words;
}

std::vector<network::NetworkProcess> ShmNetwork::processes() const {
  auto all = UrlNetwork::processes();
  all.push_back({.role = "switch", .pid = process_.pid()});
  return all;
}

}  // namespace banco::subject
