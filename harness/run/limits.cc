#include "harness/run/limits.hh"

#include <fmt/format.h>

#include <algorithm>

namespace banco::run {
namespace {

// All machines of all cells that run, as if they were of one.
scenario::Topology joined(const Plan& plan) {
  scenario::Topology all;
  for (const PlannedCell& cell : plan.cells)
    if (!cell.obstacle) std::ranges::copy(cell.plan.topology.machines, std::back_inserter(all.machines));
  return all;
}

std::size_t limited_count(const scenario::Topology& topology) {
  return static_cast<std::size_t>(std::ranges::count_if(
      topology.machines, [](const scenario::Machine& node) { return limits_of(node).any(); }));
}

}  // namespace

machine::Limits limits_of(const scenario::Machine& node) {
  if (node.kind != scenario::MachineKind::kContainer) return {};
  return {.cpus = node.cpu_limit, .memory_bytes = node.memory_limit_bytes};
}

std::unique_ptr<machine::LimitGroups> provide_limits(const scenario::Topology& topology) {
  const std::size_t count = limited_count(topology);
  return count == 0 ? nullptr : std::make_unique<machine::LimitGroups>(count);
}

std::unique_ptr<machine::LimitGroups> provide_limits(const Plan& plan) {
  const scenario::Topology* largest = nullptr;
  for (const PlannedCell& cell : plan.cells)
    if (!cell.obstacle && (!largest || limited_count(cell.plan.topology) > limited_count(*largest)))
      largest = &cell.plan.topology;
  return largest == nullptr ? nullptr : provide_limits(*largest);
}

std::string unenforced_limits(const scenario::Topology& topology, const machine::LimitGroups& groups) {
  const auto has = [&](auto limit) {
    return std::ranges::any_of(topology.machines,
                               [&](const auto& node) { return (limits_of(node).*limit).has_value(); });
  };
  const auto sentence = [](const std::string& of, const std::string& reason) {
    return fmt::format("limits of {} are not enforced here: {}", of, reason);
  };
  const std::string cpu =
      has(&machine::Limits::cpus) ? groups.cpu_obstacle().value_or(std::string()) : std::string();
  const std::string memory =
      has(&machine::Limits::memory_bytes) ? groups.memory_obstacle().value_or(std::string()) : std::string();
  if (!cpu.empty() && !memory.empty()) return sentence("CPU and memory", cpu);
  if (!cpu.empty()) return sentence("CPU", cpu);
  return memory.empty() ? "" : sentence("memory", memory);
}

std::string unenforced_limits(const Plan& plan) {
  const scenario::Topology all = joined(plan);
  if (limited_count(all) == 0) return "";
  return unenforced_limits(all, machine::LimitGroups(1));
}

}  // namespace banco::run
