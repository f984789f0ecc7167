// The options by which the user picks cells and blocks of a scenario; `plan`, `run`, `explain` share them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "harness/run/run_scenario.hh"
#include "harness/scenario/parse.hh"

namespace banco::run {

class SelectionOptions {
 public:
  void add_to(CLI::App& command);
  // FILE, --quick and --set alone, where blocks mean nothing.
  void add_cells_to(CLI::App& command);
  // Throws std::invalid_argument for a --set that is not AXIS=VALUE[,VALUE…].
  scenario::Selection selection() const;
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  bool quick_ = false;
  std::vector<std::string> set_;
  std::optional<int> block_count_;
  std::optional<std::uint64_t> seed_;
};

// The options of how to run: --out and those of guests.
void add_run_options(CLI::App& command, RunOptions& options);
// --accelerator, --libvirt-uri.
void add_guest_options(CLI::App& command, GuestOptions& options);

}  // namespace banco::run
