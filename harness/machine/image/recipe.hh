// Recipe: what a guest image is made of, read from images/NAME/recipe.yaml and checked.
//
// Shape:
//
//     kernel: linux-image-cloud-amd64      a Debian package, or a .deb in the recipe's folder
//     command_line: console=ttyS0 …        of the guest's kernel
//     packages:                            Debian package: programs of it that go in (names, or absolute
//     paths)
//       iperf3: [iperf3]
//     modules:
//       boot: [virtio_pci, …]              loaded by the guest's init, in this order
//       carried: [sch_netem, …]            loaded when the kernel asks for them
//
// and a folder files/ beside it, copied into the guest as it is.
// Trust: recipes are written by users. Every word that reaches the builder script is checked to be a plain
// name.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/machine/image/packages.hh"

namespace banco::machine {

struct Recipe {
  std::string name;
  std::filesystem::path folder;
  std::string kernel;
  std::string command_line;
  PackagePrograms packages;
  std::vector<std::string> boot_modules;
  std::vector<std::string> carried_modules;
};

// Throws ImageError with file, line and what is wrong.
Recipe read_recipe(const std::filesystem::path& folder);

// 12 hexadecimal digits that change with every name, content and executable bit in the recipe's folder, with
// the content of `builder` (a file), and with every version. Throws ImageError.
std::string content_hash(const Recipe& recipe, const std::filesystem::path& builder,
                         const PackageVersions& versions);

}  // namespace banco::machine
