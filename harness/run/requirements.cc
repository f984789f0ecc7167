#include "harness/run/requirements.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/machine/lab.hh"
#include "harness/machine/limit_groups.hh"
#include "harness/network/trunk.hh"
#include "harness/scenario/segments.hh"
#include "harness/scenario/switch_abilities.hh"
#include "harness/subject/switches.hh"
#include "impl/base/child_process.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/network_devices.hh"
#include "impl/base/system_error.hh"

namespace banco::run {
namespace {

constexpr double kNeededDisk_MiB = 300;

// Programs that cells start on this machine, with the Debian package of each.
const std::map<std::string, std::string> kPackages{
    {"qemu-system-x86_64", "qemu-system-x86"},
    {"qemu-img", "qemu-utils"},
    {"vde_switch", "vde-switch"},
    {"vde_plug", "vdeplug"},
    {"iperf3", "iperf3"},
    {"ping", "iputils-ping"},
    {"cpio", "cpio"},
    {"busybox", "busybox-static"},
    {"umoci", "umoci"},
    {"ethtool", "ethtool"},
    {"crun", "crun"},
    {"catatonit", "catatonit"},
};

// Programs of this project: beside banco, or it was only half built.
bool is_ours(const std::string& program) {
  return !kPackages.contains(program);
}

std::string missing_program(const std::string& program) {
  if (is_ours(program)) return fmt::format("{} is not built: run ci/build", program);
  return fmt::format("{} is not installed: apt-get install {}", program, kPackages.at(program));
}

std::optional<std::string> namespace_obstacle() {
  try {
    base::run_in_new_namespaces([] { return 0; });
    return std::nullopt;
  } catch (const base::SystemError& error) {
    if (::geteuid() == 0)
      return fmt::format("namespaces cannot be made ({}): run banco outside of a restricted container",
                         error.what());
    return fmt::format(
        "user namespaces cannot be made ({}): run as root, or allow them (sysctl user.max_user_namespaces, "
        "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns=0)",
        error.what());
  }
}

std::optional<std::string> tap_obstacle() {
  try {
    base::open_file("/dev/net/tun", O_RDWR);
    return std::nullopt;
  } catch (const base::SystemError& error) {
    return fmt::format(
        "taps cannot be made ({}): make /dev/net/tun accessible (Debian's default is mode 0666)",
        error.what());
  }
}

std::optional<std::string> disk_obstacle(std::filesystem::path directory) {
  directory = std::filesystem::absolute(directory);
  while (!std::filesystem::exists(directory) && directory.has_relative_path())
    directory = directory.parent_path();
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return std::nullopt;
  const double free_mib = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / (1 << 20);
  if (free_mib >= kNeededDisk_MiB) return std::nullopt;
  return fmt::format("only {:.0f} MiB are free at {}: banco wants {:.0f} MiB for logs and results", free_mib,
                     directory.string(), kNeededDisk_MiB);
}

// Programs and devices of one cell.
struct Needs {
  std::set<std::string> programs;
  bool taps = false;
};

Needs needs_of(const scenario::CellPlan& plan) {
  Needs needs;
  std::map<std::string, const network::SwitchType*> types;
  std::map<std::string, const scenario::Switch*> switches;
  for (const scenario::Switch& node : plan.topology.switches) {
    types[node.name] = &subject::switch_type(node.type);
    switches[node.name] = &node;
  }
  std::map<std::string, scenario::MachineKind> kinds;
  for (const scenario::Machine& node : plan.topology.machines) kinds[node.name] = node.kind;

  for (const auto& [name, type] : types) needs.programs.insert(type->programs.begin(), type->programs.end());
  for (const scenario::Machine& node : plan.topology.machines) {
    if (node.kind == scenario::MachineKind::kVm) {
      needs.programs.insert("qemu-system-x86_64");
      if (scenario::is_path(node.image)) needs.programs.insert("qemu-img");
    }
    if (node.kind != scenario::MachineKind::kContainer) continue;
    needs.programs.insert({"crun", "catatonit", "cpio"});
    if (scenario::is_path(node.image) && !std::filesystem::is_directory(node.image))
      needs.programs.insert("umoci");
  }
  for (const scenario::Link& link : plan.topology.links) {
    const network::SwitchType& type = *types.at(link.switch_name);
    if (link.impairments) needs.programs.insert("wire");
    if (link.impairments && type.in_kernel) needs.taps = true;
    const bool guest = kinds.at(link.machine) == scenario::MachineKind::kVm;
    if (guest && type.in_kernel) needs.taps = true;
    if (guest) continue;
    if (!scenario::has_image(kinds.at(link.machine))) needs.programs.insert({"iperf3", "ping"});
    if (!link.impairments) needs.programs.insert(type.carriers.begin(), type.carriers.end());
    if (!type.carriers.empty()) needs.taps = true;  // they make one
    if (type.in_kernel && !switches.at(link.switch_name)->offload) needs.programs.insert("ethtool");
  }
  for (const scenario::Measure& measure : plan.measures)
    if (std::holds_alternative<scenario::Dd>(measure.what)) needs.programs.insert("busybox");
  for (const scenario::Trunk& trunk : plan.topology.trunks) {
    const network::SwitchType& first = *types.at(trunk.first);
    const network::SwitchType& second = *types.at(trunk.second);
    const auto programs = network::trunk_programs(first, second);
    needs.programs.insert(programs.begin(), programs.end());
    if (first.in_kernel != second.in_kernel) needs.taps = true;
    if (trunk.impairments) needs.programs.insert("wire");
    if (trunk.impairments && (first.in_kernel || second.in_kernel)) needs.taps = true;
  }
  return needs;
}

// A device of the kernel or a wire (wires.hh) is at every link but those inside of QEMU.
std::optional<std::string> capture_obstacle(const scenario::CellPlan& plan) {
  for (const scenario::Link& link : plan.topology.links) {
    if (!link.capture) continue;
    const auto machine = std::ranges::find(plan.topology.machines, link.machine, &scenario::Machine::name);
    const auto node = std::ranges::find(plan.topology.switches, link.switch_name, &scenario::Switch::name);
    if (machine->kind == scenario::MachineKind::kVm && !scenario::abilities_of(node->type).trunks)
      return fmt::format(
          "{}:{} cannot be captured: {} of type {} is inside of QEMU; capture at another type of switch",
          link.machine, link.interface, node->name, node->type);
  }
  return std::nullopt;
}

std::optional<std::string> trunk_obstacle(const scenario::CellPlan& plan) {
  const auto vlans = scenario::vlans_of_switches(plan.topology);
  const auto in_kernel = [&](const std::string& name) {
    const auto node = std::ranges::find(plan.topology.switches, name, &scenario::Switch::name);
    return subject::switch_type(node->type).in_kernel;
  };
  for (const scenario::Trunk& trunk : plan.topology.trunks) {
    const bool has_vlans =
        !trunk.vlans.empty() || !vlans.at(trunk.first).empty() || !vlans.at(trunk.second).empty();
    if (trunk.impairments && has_vlans && (in_kernel(trunk.first) || in_kernel(trunk.second)))
      return fmt::format("{}-{}: a wire cannot keep VLANs apart on their way to a bridge; leave `impair` out",
                         trunk.first, trunk.second);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> examine_machine() {
  std::vector<Finding> findings;
  const auto add = [&](const std::string& what, const std::optional<std::string>& obstacle,
                       const std::string& good) {
    findings.push_back({what, !obstacle, obstacle.value_or(good)});
  };
  add("namespaces", namespace_obstacle(),
      ::geteuid() == 0 ? "labs are made as root" : "labs are made as an ordinary user, in user namespaces");
  add("taps", tap_obstacle(), "/dev/net/tun opens");
  for (const auto& [program, package] : kPackages) {
    const auto path = base::find_program(program);
    add(program, path ? std::nullopt : std::optional(missing_program(program)), path ? path->string() : "");
  }
  return findings;
}

std::vector<Finding> examine_limits() {
  const machine::LimitGroups groups(1);
  const auto finding = [](const std::string& of, const std::optional<std::string>& obstacle) {
    return Finding{"limits of " + of, !obstacle,
                   obstacle ? "containers run without: " + *obstacle : "containers keep to theirs"};
  };
  return {finding("CPU", groups.cpu_obstacle()), finding("memory", groups.memory_obstacle())};
}

std::optional<std::string> obstacle_to_everything(const std::vector<std::filesystem::path>& directories) {
  for (const auto& directory : directories)
    if (auto obstacle = disk_obstacle(directory)) return obstacle;
  return namespace_obstacle();
}

std::optional<std::string> obstacle_to_libvirt(const std::string& uri) {
  if (uri.empty()) return std::nullopt;
  if (uri != kSessionUri)
    return fmt::format(
        "the libvirt of {} is outside of the lab, where it sees neither banco's networks nor its files: "
        "leave out --libvirt-uri, or say {}",
        uri, kSessionUri);
  if (::geteuid() == 0)
    return fmt::format(
        "root's {} is the libvirtd of the whole machine, which is outside of the lab: "
        "leave out --libvirt-uri, or run banco as an ordinary user",
        kSessionUri);
  if (!base::find_program("libvirtd")) return "libvirtd is not installed: apt-get install libvirt-daemon";
  return std::nullopt;
}

std::optional<std::string> obstacle_to(const scenario::CellPlan& plan) {
  if (auto obstacle = capture_obstacle(plan)) return obstacle;
  if (auto obstacle = trunk_obstacle(plan)) return obstacle;
  const Needs needs = needs_of(plan);
  for (const std::string& program : needs.programs)
    if (!base::find_program(program)) return missing_program(program);
  if (needs.taps)
    if (auto obstacle = tap_obstacle()) return obstacle;
  return std::nullopt;
}

}  // namespace banco::run
