// Where a controller of control groups is on this machine, and where this process is in it. Pure text.
// Source: cgroups(7); /proc/PID/cgroup and /proc/PID/mountinfo of proc(5).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace banco::machine {

struct CgroupHierarchy {
  bool unified = false;         // version 2, where all controllers share one
  std::filesystem::path top;    // where it is mounted
  std::filesystem::path group;  // of this process: `top` or below it

  bool operator==(const CgroupHierarchy&) const = default;
};

// Of the controller "cpu" or "memory", by the texts of /proc/self/cgroup and /proc/self/mountinfo. Nothing
// where it is not mounted. Version 2 may lack the controller all the same.
std::optional<CgroupHierarchy> find_cgroup_hierarchy(const std::string& controller,
                                                     const std::string& cgroup_text,
                                                     const std::string& mountinfo_text);

}  // namespace banco::machine
