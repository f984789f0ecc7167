#include "harness/network/vde_switch.hh"

#include <atomic>
#include <filesystem>
#include <optional>

#include "harness/machine/lab.hh"
#include "harness/network/url_network.hh"
#include "harness/network/vde_console.hh"

namespace banco::network {
namespace {

std::string next_number() {
  static std::atomic<unsigned> count = 0;
  return std::to_string(++count);
}

class VdeSwitch : public UrlNetwork {
 public:
  VdeSwitch(const SwitchSpec& spec, bool hub, const std::filesystem::path& directory)
      : directory_(directory), process_(spec.name, command(spec, hub, directory)) {
    process_.wait_for_listener(directory / "ctl");
    if (!spec.vlans.empty()) {
      process_.wait_for_listener(console_of(directory));
      console_.emplace(spec.name, console_of(directory));
    }
    for (const int vlan : spec.vlans) console_->run("vlan/create " + std::to_string(vlan));
  }

  std::vector<NetworkProcess> processes() const override {
    auto all = UrlNetwork::processes();
    all.push_back({.role = "switch", .pid = process_.pid()});
    return all;
  }

 protected:
  std::string add_port(const PortVlans& vlans) override {
    if (!console_) return directory_;
    const std::string port = std::to_string(++port_count_);
    constexpr int kNoVlan = 4095;
    const int untagged = vlans.untagged == PortVlans::kNone ? kNoVlan : vlans.untagged;
    console_->run("port/create " + port);
    console_->run("port/setvlan " + port + " " + std::to_string(untagged));
    for (const int vlan : vlans.tagged) console_->run("vlan/addport " + std::to_string(vlan) + " " + port);
    return directory_.string() + "[" + port + "]";
  }

 private:
  static std::filesystem::path console_of(const std::filesystem::path& directory) {
    return directory.string() + ".mgmt";
  }

  static std::vector<std::string> command(const SwitchSpec& spec, bool hub,
                                          const std::filesystem::path& directory) {
    constexpr const char* kPorts = "1024";  // its default is 32
    std::vector<std::string> words{"vde_switch", "-s", directory, "-n", kPorts};
    if (hub) words.emplace_back("-x");
    if (spec.stp) words.emplace_back("-F");
    if (!spec.vlans.empty()) words.insert(words.end(), {"-M", console_of(directory)});
    return words;
  }

  std::filesystem::path directory_;
  ServiceProcess process_;
  std::optional<VdeConsole> console_;  // where ports have VLANs
  int port_count_ = 0;
};

class Vxvde : public UrlNetwork {
 public:
  explicit Vxvde(std::string url) : url_(std::move(url)) {}

 protected:
  std::string add_port(const PortVlans&) override { return url_; }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Switch> start_vde_switch(const SwitchSpec& spec, bool hub) {
  return std::make_unique<VdeSwitch>(spec, hub, machine::kLabDirectory / ("vde" + next_number()));
}

std::unique_ptr<Switch> make_vxvde() {
  return std::make_unique<Vxvde>("vxvde://239.0.0." + next_number());
}

}  // namespace banco::network
