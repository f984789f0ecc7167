// doctor, image: what this machine can do, and what guests are made of.
#include <fmt/format.h>

#include <memory>

#include "harness/machine/acceleration.hh"
#include "harness/machine/image/image.hh"
#include "harness/machine/lab.hh"
#include "harness/run/commands.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"
#include "harness/run/requirements.hh"
#include "harness/run/run_scenario.hh"

namespace banco::run {
namespace {

machine::ImageStore image_store() {
  return {data_directory() / "images", cache_directory()};
}

// `state` is ok, missing, or absent: not there and not needed.
void print_finding(const char* state, const std::string& what, const std::string& sentence) {
  fmt::print("{:<8} {:<20} {}\n", state, what, sentence);
}

// Boots the image under KVM, in a lab of its own, and remembers the answer for later runs.
int probe_kvm(const machine::Image& image) {
  const auto cache = cache_directory();  // in the lab it would be another
  return machine::run_in_lab([&] {
    const InterruptionSignals signals;
    const auto hypervisor = machine::Hypervisor::embedded(machine::kLabDirectory / "libvirt");
    const auto found =
        machine::probe_acceleration(*hypervisor, image, machine::kLabDirectory / "kvm-probe.log",
                                    [&] { pause_for(signals.token(), std::chrono::milliseconds(100)); });
    machine::remember_acceleration(cache, image, found);
    return kExitGood;
  });
}

int doctor() {
  bool all_good = true;
  for (const Finding& finding : examine_machine()) {
    print_finding(finding.available ? "ok" : "missing", finding.what, finding.sentence);
    all_good = all_good && finding.available;
  }
  for (const Finding& finding : examine_limits())
    print_finding(finding.available ? "ok" : "absent", finding.what, finding.sentence);
  const auto image = image_store().find("base");
  print_finding(
      image ? "ok" : "absent", "image base",
      image ? "built, kernel " + image->versions.at("kernel") : "the first run that needs it builds it");
  auto acceleration = machine::acceleration_without_probe();
  if (!acceleration && image) {
    fmt::print(stderr, "booting the image under KVM …\n");
    probe_kvm(*image);
    acceleration = machine::remembered_acceleration(cache_directory(), *image);
  }
  if (acceleration)
    print_finding(acceleration->accelerator == machine::Accelerator::kKvm ? "ok" : "absent", "kvm",
                  acceleration->reason);
  return all_good ? kExitGood : kExitFailed;
}

int list_images() {
  for (const machine::ImageListing& listing : image_store().list())
    fmt::print("{:<12} {:<14} {:>8}  {}\n", listing.name, listing.hash,
               listing.built ? fmt::format("{} MiB", listing.bytes >> 20) : "not built",
               listing.kernel_version);
  return kExitGood;
}

}  // namespace

void add_doctor(CLI::App& app, Action& action) {
  app.add_subcommand("doctor", "Try out what this machine can do, and say how to get what is missing")
      ->callback([&action] { action = doctor; });
}

void add_image(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("image", "Images of guests");
  command->require_subcommand(1);
  command->add_subcommand("list", "Print the images that there are recipes for")->callback([&action] {
    action = list_images;
  });
  CLI::App* build =
      command->add_subcommand("build", "Build an image (a run does it by itself when it needs one)");
  auto name = std::make_shared<std::string>();
  build->add_option("NAME", *name, "Name of a folder in images/")->required();
  build->callback([name, &action] {
    action = [name] {
      const auto image =
          image_store().build(*name, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
      fmt::print("{}\n", image.kernel.parent_path().string());
      return kExitGood;
    };
  });
}

}  // namespace banco::run
