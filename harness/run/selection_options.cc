#include "harness/run/selection_options.hh"

#include <map>
#include <sstream>
#include <stdexcept>

namespace banco::run {

void SelectionOptions::add_cells_to(CLI::App& command) {
  command.add_option("FILE", file_, "The scenario file")->required();
  command.add_flag("--quick", quick_, "The shorter run that the file describes under `quick:`");
  command.add_option("--set", set_, "Values of one axis: --set vms=2,4")
      ->type_name("AXIS=VALUE[,VALUE...]")
      ->allow_extra_args(false);
}

void SelectionOptions::add_to(CLI::App& command) {
  add_cells_to(command);
  command.add_option("--blocks", block_count_, "How often each cell is visited");
  command.add_option("--seed", seed_, "Seed of the order of cells, as a report shows it");
}

scenario::Selection SelectionOptions::selection() const {
  scenario::Selection selection;
  selection.quick = quick_;
  selection.block_count = block_count_;
  selection.seed = seed_;
  for (const std::string& text : set_) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw std::invalid_argument("--set " + text + ": write AXIS=VALUE[,VALUE...], as in --set vms=2,4");
    std::istringstream values(text.substr(equals + 1));
    for (std::string value; std::getline(values, value, ',');)
      selection.axes[text.substr(0, equals)].push_back(value);
  }
  return selection;
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--out", options.directory, "Where results go; default banco-runs/NAME-TIME");
  add_guest_options(command, options.guests);
}

void add_guest_options(CLI::App& command, GuestOptions& options) {
  command
      .add_option("--accelerator", options.accelerator,
                  "auto boots the image under KVM once to see whether that works here; kvm or tcg do not ask")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, AcceleratorChoice>{{"auto", AcceleratorChoice::kAuto},
                                                                           {"kvm", AcceleratorChoice::kKvm},
                                                                           {"tcg", AcceleratorChoice::kTcg}}))
      ->option_text("auto|kvm|tcg");
  command.add_option(
      "--libvirt-uri", options.libvirt_uri,
      "qemu:///session: a libvirtd of its own, inside the lab, in place of the embedded driver");
}

}  // namespace banco::run
