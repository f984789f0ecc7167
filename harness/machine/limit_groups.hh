// LimitGroups: the control groups in which containers of a lab have limits of CPU and memory; cgroups(7) of
// version 1 and 2, as root and as a user to whom a group has been delegated.
//
// Theory of operation
//
//     GROUP/banco-1          of the lab, locked (flock) as long as anybody of it lives
//     GROUP/banco-1/1, 2 …   one for each container that has a limit at a time
//
// GROUP is the group of this process or the nearest above it where all of this works: it is tried out by a
// process that goes in. That, and opening what processes go in by, happens outside of the lab: inside, where
// /sys/fs/cgroup is another, a user may write only below the group that the lab was started in. The object
// outside removes the groups. Whoever was killed with SIGKILL leaves empty ones, which the next LimitGroups
// removes: nobody has them locked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/machine/cgroup_tree.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {

// What a container may use at most; nothing: as much as there is.
struct Limits {
  std::optional<double> cpus;                 // CPU seconds per second
  std::optional<std::uint64_t> memory_bytes;  // with its files in the lab; nothing of it is swapped out

  bool any() const { return cpus || memory_bytes; }
};

// The limits of one container, until the object goes.
class LimitGroup {
 public:
  LimitGroup() = default;  // no limits
  LimitGroup(LimitGroup&& other) noexcept = default;
  LimitGroup& operator=(LimitGroup&&) = delete;
  ~LimitGroup();

  // Files of which a process that writes "0" into each of them goes in: base::ChildOptions::control_groups.
  std::vector<const base::FileDescriptor*> entrances() const;
  // How many processes the kernel has killed since the start because there was no memory left for them.
  std::int64_t out_of_memory_count() const { return kill_count() - kill_count_before_; }

 private:
  friend class LimitGroups;
  struct Member {
    CgroupTree* tree = nullptr;
    std::size_t index = 0;
    bool has_memory_limit = false;
  };
  std::int64_t kill_count() const;

  std::vector<Member> members_;
  std::int64_t kill_count_before_ = 0;  // of whoever had the group earlier
};

class LimitGroups {
 public:
  // Makes groups for `count` containers at a time, and tries them out.
  explicit LimitGroups(std::size_t count);

  // Why limits of CPU, of memory, are not enforced here; nothing where they are.
  const std::optional<std::string>& cpu_obstacle() const { return cpu_obstacle_; }
  const std::optional<std::string>& memory_obstacle() const { return memory_obstacle_; }

  // A group with those of the limits that are enforced here. Requires: no more than `count` at a time. Throws
  // base::SystemError.
  LimitGroup take(const Limits& limits) const;

 private:
  // Tries them out in one group; returns what is in the way.
  std::optional<std::string> provide(const std::optional<CgroupHierarchy>& hierarchy,
                                     const std::vector<std::string>& controllers, std::size_t count);

  std::vector<std::unique_ptr<CgroupTree>> trees_;
  CgroupTree* cpu_ = nullptr;
  CgroupTree* memory_ = nullptr;
  std::optional<std::string> cpu_obstacle_;
  std::optional<std::string> memory_obstacle_;
};

}  // namespace banco::machine
