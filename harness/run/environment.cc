#include "harness/run/environment.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "harness/machine/oci_archive.hh"
#include "harness/run/limits.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::run {
namespace {

// Of the machine itself, which namespaces inherit; guests have their image's.
constexpr const char* kCongestionControl = "/proc/sys/net/ipv4/tcp_congestion_control";

// The text of a small file of /proc or /sys without its line end; "unknown" when it is not there.
std::string content_or_unknown(const std::filesystem::path& path) {
  try {
    std::string text = base::read_file(path);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  } catch (const base::SystemError&) {
    return "unknown";
  }
}

// The value of "key<separator>value" in a file of such lines.
std::string field_of(const std::filesystem::path& path, const std::string& key, char separator) {
  std::istringstream lines(content_or_unknown(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    std::string value = line.substr(line.find(separator) + 1);
    std::erase(value, '"');
    return value.substr(std::min(value.size(), value.find_first_not_of(" \t")));
  }
  return "unknown";
}

std::string kernel_release() {
  utsname kernel{};
  ::uname(&kernel);
  return kernel.release;
}

// Of 1, 5 and 15 minutes.
std::string load_averages() {
  double loads[3];
  if (::getloadavg(loads, 3) != 3) return "unknown";
  return fmt::format("{:.2f} {:.2f} {:.2f}", loads[0], loads[1], loads[2]);
}

bool uses(const scenario::CellPlan& plan, std::string_view prefix) {
  return std::any_of(plan.topology.switches.begin(), plan.topology.switches.end(),
                     [&](const scenario::Switch& node) { return node.type.starts_with(prefix); });
}

std::string own_image_version(const scenario::Machine& node) {
  const std::filesystem::path image = node.image;
  if (std::filesystem::is_directory(image)) return "folder";
  if (node.kind == scenario::MachineKind::kContainer) return machine::read_oci_archive(image).digest;
  // A hash of gigabytes would take longer than what is measured.
  struct stat file {};
  base::check_system_call("stat", node.image, ::stat(image.c_str(), &file));
  return fmt::format("{} bytes, written {}.{:09}", file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
}

}  // namespace

std::string program_version(const std::vector<std::string>& command) {
  try {
    const auto result = base::run_command({.command = command}, std::chrono::seconds(10));
    const std::string text = result.output + result.errors;
    std::smatch match;
    if (std::regex_search(text, match, std::regex(R"(\d+(\.\d+)+)"))) return match.str();
    return "unknown";
  } catch (const base::SystemError&) {
    return "not found";
  } catch (const std::runtime_error&) {
    return "unknown";
  }
}

std::map<std::string, std::string> describe_machine() {
  struct sysinfo memory {};
  ::sysinfo(&memory);
  std::map<std::string, std::string> facts{
      {"kernel", kernel_release()},
      {"distribution", field_of("/etc/os-release", "PRETTY_NAME", '=')},
      {"cpu", field_of("/proc/cpuinfo", "model name", ':')},
      {"cpus", std::to_string(std::thread::hardware_concurrency())},
      {"memory",
       fmt::format("{:.1f} GiB", static_cast<double>(memory.totalram) * memory.mem_unit / (1U << 30))},
      {"load at start", load_averages()},
      {"cpu frequency governor", content_or_unknown("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
      {"tcp congestion control", content_or_unknown(kCongestionControl)},
      {"user", ::geteuid() == 0 ? "root" : "ordinary user"},
      {"banco", kBancoVersion},
      {"qemu", program_version({"qemu-system-x86_64", "--version"})},
      {"vde_switch", program_version({"vde_switch", "--version"})},
      {"iperf3", program_version({"iperf3", "--version"})},
  };
  return facts;
}

measure::Key key_of(const scenario::CellPlan& plan, const GuestResources& resources) {
  // Asked once, however many machines there are.
  const auto add_version = [](measure::Key& to, const char* name, const std::vector<std::string>& command) {
    if (!to.contains(name)) to[name] = program_version(command);
  };
  measure::Key key{{"kernel", kernel_release()},
                   {"cpu", field_of("/proc/cpuinfo", "model name", ':')},
                   {"cpus", std::to_string(std::thread::hardware_concurrency())}};
  for (const scenario::Machine& node : plan.topology.machines) {
    if (node.kind != scenario::MachineKind::kVm)
      key["congestion control"] = content_or_unknown(kCongestionControl);
    if (!scenario::has_image(node.kind)) {
      add_version(key, "iperf3", {"iperf3", "--version"});
      continue;
    }
    if (node.kind == scenario::MachineKind::kContainer) add_version(key, "crun", {"crun", "--version"});
    if (limits_of(node).any())
      key["limits"] =
          unenforced_limits(plan.topology, *resources.limits).empty() ? "enforced" : "not enforced";
    if (node.kind == scenario::MachineKind::kVm) {
      key["accelerator"] = machine::to_string(resources.accelerator);
      add_version(key, "qemu", {"qemu-system-x86_64", "--version"});
    }
    if (scenario::is_path(node.image)) {
      key["image." + std::filesystem::path(node.image).filename().string()] = own_image_version(node);
      continue;
    }
    const machine::Image& image = resources.images.at(node.image);
    key["image." + image.name] = image.hash;
    for (const auto& [tool, version] : image.versions)
      if (tool != "kernel" || node.kind == scenario::MachineKind::kVm) key["guest." + tool] = version;
  }
  for (const scenario::Switch& node : plan.topology.switches)
    if (node.type == "bridge") key["offload"] = node.offload ? "on" : "off";
  if (uses(plan, "shm")) key["shm_switch"] = kBancoVersion;
  if (uses(plan, "vde")) key["vde_switch"] = program_version({"vde_switch", "--version"});
  for (const scenario::Link& link : plan.topology.links) key["mtu"] = std::to_string(link.mtu_bytes);
  return key;
}

}  // namespace banco::run
