// Captures: the links of a cell that the scenario wants captured, into a file each, as long as this object
// lives.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/run/stage.hh"
#include "harness/scenario/scenario.hh"

namespace banco::run {

// Whether any link says `capture: true`; what is measured meanwhile is tainted.
bool wants_captures(const scenario::Topology& topology);

class Captures {
 public:
  // Begins DIRECTORY/PREFIX-MACHINE.INTERFACE.pcapng for each link that says `capture: true`; makes the
  // directory when there is one. Throws network::NetworkError.
  // `stage` must outlive this object.
  Captures(const scenario::Topology& topology, const Stage& stage, const std::filesystem::path& directory,
           const std::string& prefix);
  // Ends the files.
  ~Captures();
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;

  // Ends the files, and throws network::NetworkError when one of them is not complete.
  void end();

 private:
  class Capture;
  std::vector<std::unique_ptr<Capture>> captures_;
};

}  // namespace banco::run
