#include "harness/machine/limit_groups.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

constexpr long kPeriod_us = 100'000;

// No figure: no limit.
void limit_cpus(const CgroupTree& tree, std::size_t index, std::optional<double> cpus) {
  const long quota_us = std::lround(cpus.value_or(0) * kPeriod_us);
  if (tree.unified())
    return tree.write(index, "cpu.max",
                      fmt::format("{} {}", cpus ? std::to_string(quota_us) : "max", kPeriod_us));
  tree.write(index, "cpu.cfs_period_us", std::to_string(kPeriod_us));
  tree.write(index, "cpu.cfs_quota_us", cpus ? std::to_string(quota_us) : "-1");
}

void limit_memory(const CgroupTree& tree, std::size_t index, std::optional<std::uint64_t> bytes) {
  if (tree.unified()) {
    tree.write(index, "memory.max", bytes ? std::to_string(*bytes) : "max");
    if (tree.has(index, "memory.swap.max")) tree.write(index, "memory.swap.max", bytes ? "0" : "max");
    return;
  }
  // Of memory and swap together, which is never less than that of memory.
  constexpr const char* kWithSwap = "memory.memsw.limit_in_bytes";
  const std::string limit = bytes ? std::to_string(*bytes) : "-1";
  const bool swaps = tree.has(index, kWithSwap);
  if (swaps) tree.write(index, kWithSwap, "-1");
  tree.write(index, "memory.limit_in_bytes", limit);
  if (swaps) tree.write(index, kWithSwap, limit);
}

// The line "oom_kill COUNT" of the group's file of events.
std::int64_t out_of_memory_kills(const CgroupTree& tree, std::size_t index) {
  std::istringstream words(tree.read(index, tree.unified() ? "memory.events" : "memory.oom_control"));
  std::string word;
  std::int64_t count = 0;
  while (words >> word)
    if (word == "oom_kill") words >> count;
  return count;
}

bool holds(const std::vector<std::string>& words, const char* word) {
  return std::ranges::find(words, word) != words.end();
}

std::string what_helps() {
  return ::geteuid() == 0 ? ""
                          : "; run banco as root, or where systemd runs, by systemd-run --user --scope -p "
                            "Delegate=yes banco …";
}

}  // namespace

LimitGroup::~LimitGroup() {
  for (const Member& member : members_) member.tree->release(member.index);
}

std::int64_t LimitGroup::kill_count() const {
  std::int64_t count = 0;
  for (const Member& member : members_)
    if (member.has_memory_limit) count += out_of_memory_kills(*member.tree, member.index);
  return count;
}

std::vector<const base::FileDescriptor*> LimitGroup::entrances() const {
  std::vector<const base::FileDescriptor*> all;
  for (const Member& member : members_) all.push_back(&member.tree->entrance(member.index));
  return all;
}

LimitGroups::LimitGroups(std::size_t count) {
  const std::string member_text = base::read_file("/proc/self/cgroup");
  const std::string mount_text = base::read_file("/proc/self/mountinfo");
  const auto cpu = find_cgroup_hierarchy("cpu", member_text, mount_text);
  const auto memory = find_cgroup_hierarchy("memory", member_text, mount_text);
  if (cpu != memory || !cpu) {
    cpu_obstacle_ = provide(cpu, {"cpu"}, count);
    memory_obstacle_ = provide(memory, {"memory"}, count);
    return;
  }
  // One hierarchy, and a process is in one group of it: both, or the one that there is.
  cpu_obstacle_ = memory_obstacle_ = provide(cpu, {"cpu", "memory"}, count);
  if (!cpu_obstacle_) return;
  memory_obstacle_ = provide(memory, {"memory"}, count);
  if (memory_obstacle_) cpu_obstacle_ = provide(cpu, {"cpu"}, count);
}

std::optional<std::string> LimitGroups::provide(const std::optional<CgroupHierarchy>& hierarchy,
                                                const std::vector<std::string>& controllers,
                                                std::size_t count) {
  if (!hierarchy)
    return fmt::format("no control groups with the controller {} are mounted", controllers.front());
  try {
    auto tree = std::make_unique<CgroupTree>(*hierarchy, controllers, count);
    const bool with_cpus = holds(controllers, "cpu");
    const bool with_memory = holds(controllers, "memory");
    if (with_cpus) limit_cpus(*tree, 0, 1);
    if (with_memory) limit_memory(*tree, 0, std::uint64_t{1} << 30);
    if (with_cpus) cpu_ = tree.get();
    if (with_memory) memory_ = tree.get();
    trees_.push_back(std::move(tree));
    return std::nullopt;
  } catch (const base::SystemError& error) {
    return error.what() + what_helps();
  }
}

LimitGroup LimitGroups::take(const Limits& limits) const {
  LimitGroup group;
  for (const auto& tree : trees_) {
    const bool with_cpus = tree.get() == cpu_;
    const bool with_memory = tree.get() == memory_;
    if ((!with_cpus || !limits.cpus) && (!with_memory || !limits.memory_bytes)) continue;
    const std::size_t index = tree->acquire();
    group.members_.push_back({.tree = tree.get(), .index = index, .has_memory_limit = with_memory});
    if (with_cpus) limit_cpus(*tree, index, limits.cpus);
    if (with_memory) limit_memory(*tree, index, limits.memory_bytes);
  }
  group.kill_count_before_ = group.kill_count();
  return group;
}

}  // namespace banco::machine
