// Runs images/assemble, the script that puts an image together, in namespaces of its own. See image.hh.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/machine/image/recipe.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {

struct BuilderTask {
  const Recipe& recipe;
  std::filesystem::path script;
  std::vector<std::string> program_paths;
  // An existing folder that nothing of the recipe lies below: the script's tmpfs covers it in its namespace.
  std::filesystem::path scratch;
  const base::FileDescriptor& kernel_output;
  const base::FileDescriptor& initrd_output;
};

// Returns the version of the kernel package. `progress` gets what the script says, line by line.
// Throws ImageError: a program that the script needs is missing, or the script failed (its last line is why).
std::string run_builder(const BuilderTask& task, const std::function<void(const std::string&)>& progress);

}  // namespace banco::machine
