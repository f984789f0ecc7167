#include "harness/run/guests.hh"

#include <fmt/format.h>

#include <set>

#include "harness/machine/acceleration.hh"
#include "harness/machine/lab.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"

namespace banco::run {
namespace {

machine::Acceleration decide_acceleration(const GuestOptions& options, const GuestResources& resources,
                                          const std::filesystem::path& directory,
                                          const std::stop_token& stop) {
  if (options.accelerator == AcceleratorChoice::kTcg)
    return {machine::Accelerator::kTcg, "guests are emulated (TCG), as asked"};
  if (options.accelerator == AcceleratorChoice::kKvm) return {machine::Accelerator::kKvm, "KVM, as asked"};
  if (auto known = machine::acceleration_without_probe()) return *known;
  const machine::Image& image = resources.images.begin()->second;
  if (auto known = machine::remembered_acceleration(resources.cache_directory, image)) return *known;
  fmt::print(stderr, "trying KVM with the image {} (once)\n", image.name);
  const auto found = machine::probe_acceleration(*resources.hypervisor, image, directory / "kvm-probe.log",
                                                 [&] { pause_for(stop, std::chrono::milliseconds(100)); });
  machine::remember_acceleration(resources.cache_directory, image, found);
  return found;
}

// What is to be there for a machine; empty: nothing. KVM is tried with an image whose boot is known to go
// well.
std::string image_for(const scenario::Machine& node) {
  if (!scenario::is_path(node.image)) return node.image;
  const bool kvm_is_tried =
      node.kind == scenario::MachineKind::kVm && !machine::acceleration_without_probe().has_value();
  return kvm_is_tried ? "base" : "";
}

}  // namespace

std::map<std::string, machine::Image> provide_images(const Plan& plan) {
  std::set<std::string> names;
  for (const PlannedCell& cell : plan.cells)
    if (!cell.obstacle)
      for (const scenario::Machine& node : cell.plan.topology.machines)
        if (scenario::has_image(node.kind)) names.insert(image_for(node));
  names.erase("");
  std::map<std::string, machine::Image> images;
  if (names.empty()) return images;
  machine::ImageStore store(data_directory() / "images", cache_directory());
  for (const std::string& name : names) {
    auto image = store.find(name);
    if (!image) {
      fmt::print(stderr, "building image {} (once)\n", name);
      image = store.build(name, [](const std::string& line) { fmt::print(stderr, "  {}\n", line); });
    }
    images.emplace(name, *std::move(image));
  }
  return images;
}

std::string provide_runtimes(GuestResources& resources, const std::set<scenario::MachineKind>& kinds,
                             const GuestOptions& options, const std::filesystem::path& directory,
                             const std::stop_token& stop) {
  if (kinds.contains(scenario::MachineKind::kContainer))
    resources.container_runtime = std::make_unique<machine::ContainerRuntime>(resources.limits);
  if (!kinds.contains(scenario::MachineKind::kVm)) return "";
  resources.hypervisor = options.libvirt_uri.empty()
                             ? machine::Hypervisor::embedded(machine::kLabDirectory / "libvirt")
                             : std::make_unique<machine::Hypervisor>(options.libvirt_uri);
  const auto found = decide_acceleration(options, resources, directory, stop);
  resources.accelerator = found.accelerator;
  return found.reason;
}

}  // namespace banco::run
