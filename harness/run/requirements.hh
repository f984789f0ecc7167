// What cells need of this machine, found out by use: the sentences of `doctor`, `plan` and of skipped cells.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::run {

// A thing that is there or not.
struct Finding {
  std::string what;  // "vde_switch", "user namespaces"
  bool available = false;
  std::string sentence;  // what was found, or what is missing and how to get it
};

// Everything that banco can use, tried out. Makes namespaces and a tap and throws them away.
std::vector<Finding> examine_machine();

// The limits of containers that this machine can enforce, which few scenarios ask for; tried out too.
std::vector<Finding> examine_limits();

// Why no cell at all can run here, in one sentence: no namespaces, no disk space below `directories`.
std::optional<std::string> obstacle_to_everything(const std::vector<std::filesystem::path>& directories);

// The one libvirt besides the embedded driver that can be inside the lab.
inline constexpr const char* kSessionUri = "qemu:///session";

// Why guests cannot be started through this libvirt: its daemon would be outside of the lab, or is not
// installed. Nothing for an empty URI, the embedded driver.
std::optional<std::string> obstacle_to_libvirt(const std::string& uri);

// Why this cell cannot run here: "vde_plug is not installed: apt-get install vdeplug".
std::optional<std::string> obstacle_to(const scenario::CellPlan& plan);

}  // namespace banco::run
