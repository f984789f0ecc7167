#include "harness/run/plan.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "harness/machine/disk_image.hh"
#include "harness/machine/image/image.hh"
#include "harness/machine/oci_archive.hh"
#include "harness/report/format.hh"
#include "harness/run/installation.hh"
#include "harness/run/limits.hh"
#include "harness/run/progress.hh"
#include "harness/run/requirements.hh"
#include "harness/run/wires.hh"
#include "harness/scenario/impairments.hh"
#include "harness/scenario/link_names.hh"
#include "harness/subject/switches.hh"
#include "impl/base/child_process.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

// Seen with emulated guests on two CPUs; only an estimate for the user's patience.
constexpr milliseconds kFirstBoot(3500);
constexpr milliseconds kFurtherBoot(1300);
constexpr milliseconds kMeasureOverhead(1500);
constexpr long kDdRate_bytes_per_ms = 100'000;
constexpr std::uint64_t kHypervisorMemory_bytes = std::uint64_t{120} << 20;

milliseconds duration_of(const scenario::CellPlan& plan) {
  milliseconds total(500);
  const auto guest_count =
      std::count_if(plan.topology.machines.begin(), plan.topology.machines.end(),
                    [](const auto& node) { return node.kind == scenario::MachineKind::kVm; });
  if (guest_count > 0) total += kFirstBoot + kFurtherBoot * (guest_count - 1);
  for (const scenario::Measure& measure : plan.measures) {
    if (const auto* iperf3 = std::get_if<scenario::Iperf3>(&measure.what))
      total += iperf3->omit + iperf3->time + kMeasureOverhead;
    if (const auto* dd = std::get_if<scenario::Dd>(&measure.what))
      total += kMeasureOverhead +
               milliseconds(static_cast<long>(dd->block_bytes) * dd->count / kDdRate_bytes_per_ms);
    if (const auto* ping = std::get_if<scenario::Ping>(&measure.what))
      if (std::find(ping->during.begin(), ping->during.end(), "idle") != ping->during.end())
        total += ping->interval * ping->count * static_cast<long>(ping->pairs.size());
  }
  return total;
}

std::uint64_t memory_of(const scenario::CellPlan& plan) {
  std::uint64_t total_bytes = 0;
  for (const scenario::Machine& node : plan.topology.machines)
    if (node.kind == scenario::MachineKind::kVm) total_bytes += node.memory_bytes + kHypervisorMemory_bytes;
  return total_bytes;
}

// Paths of images are seen from the scenario file.
void resolve_images(const scenario::Scenario& scenario, scenario::Topology& topology) {
  const auto directory = std::filesystem::absolute(scenario.file).parent_path();
  for (scenario::Machine& node : topology.machines)
    if (scenario::is_path(node.image))
      node.image = std::filesystem::weakly_canonical(directory / node.image).string();
}

void check_image(const machine::ImageStore& store, const scenario::Machine& node) {
  const std::string& image = node.image;
  if (!scenario::is_path(image)) {
    store.find(image);
  } else if (node.kind == scenario::MachineKind::kVm) {
    machine::read_disk_image(image);
  } else if (!std::filesystem::exists(image)) {
    throw machine::ImageError("there is no " + image);
  } else if (!std::filesystem::is_directory(image)) {
    machine::read_oci_archive(image);
  }
}

// Every image that a machine names must have a recipe that can be read, or be there.
void check_images(const scenario::Scenario& scenario, const std::vector<scenario::CellPlan>& cells) {
  const machine::ImageStore store(data_directory() / "images", cache_directory());
  std::set<std::pair<scenario::MachineKind, std::string>> checked;
  for (const scenario::CellPlan& cell : cells) {
    for (const scenario::Machine& node : cell.topology.machines) {
      if (!scenario::has_image(node.kind) || !checked.insert({node.kind, node.image}).second) continue;
      try {
        check_image(store, node);
      } catch (const machine::ImageError& error) {
        throw scenario::ScenarioError(scenario.file, node.where, error.what());
      }
    }
  }
}

// Which values go together is known to the wire; it is asked once for each set of them. Events change what
// their links had before.
void check_impairments(const scenario::Scenario& scenario, const std::vector<scenario::CellPlan>& cells) {
  if (!base::find_program("wire")) return;  // cells that need it are skipped
  std::set<std::vector<std::string>> checked;
  const auto check = [&](std::vector<std::string> settings, scenario::Position where) {
    if (!checked.insert(settings).second) return;
    settings.insert(settings.begin(), {"wire", "check"});
    const auto result = base::run_command({.command = settings});
    if (!result.status.success())
      throw scenario::ScenarioError(scenario.file, where, result.errors.substr(0, result.errors.find('\n')));
  };
  for (const scenario::CellPlan& cell : cells) {
    std::map<std::string, std::vector<std::string>> settings;
    const auto begin = [&](const auto& link, const std::string& left) {
      if (!link.impairments) return;
      const auto& words = settings[scenario::name_of(link)] =
          scenario::wire_settings(*link.impairments, left);
      check(words, link.where);
    };
    for (const scenario::Link& link : cell.topology.links) begin(link, link.machine);
    for (const scenario::Trunk& trunk : cell.topology.trunks) begin(trunk, trunk.first);
    for (const scenario::Event& event : cell.events) {
      auto& words = settings.at(event.link);
      const auto changed = scenario::wire_settings(event.impairments, event.left);
      words.insert(words.end(), changed.begin(), changed.end());
      check(words, event.where);
    }
  }
}

// Links of the kernel that go through a wire, and so through two taps.
std::string wired_kernel_links(const Plan& plan) {
  std::set<std::string> names;
  for (const PlannedCell& cell : plan.cells) {
    std::set<std::string> bridges;
    for (const scenario::Switch& node : cell.plan.topology.switches)
      if (subject::switch_type(node.type).in_kernel) bridges.insert(node.name);
    for (const scenario::Link& link : cell.plan.topology.links)
      if (link.impairments && bridges.contains(link.switch_name))
        names.insert(link.machine + "-" + link.switch_name);
    for (const scenario::Trunk& trunk : cell.plan.topology.trunks)
      if (trunk.impairments && (bridges.contains(trunk.first) || bridges.contains(trunk.second)))
        names.insert(trunk.first + "-" + trunk.second);
  }
  if (names.empty()) return "";
  return fmt::format(
      "  {}: impaired links of a bridge go through two taps, a system call for each frame but for segments "
      "of\n"
      "  TCP that come together; whatever their rate says, expect no more than 5 Gbit/s of TCP on two "
      "processors\n",
      fmt::join(names, ", "));
}

std::uint64_t draw_seed() {
  std::random_device device;
  return device() % 1000000;  // short enough to type again
}

}  // namespace

Plan make_plan(const scenario::Scenario& scenario, const scenario::Selection& selection) {
  Plan plan;
  plan.scenario = scenario;
  plan.block_count = scenario::block_count(scenario, selection);
  plan.seed = selection.seed                 ? *selection.seed
              : scenario.sampling.seed_given ? scenario.sampling.seed
                                             : draw_seed();
  std::vector<scenario::CellPlan> cells = scenario::expand(scenario, selection);
  for (scenario::CellPlan& cell : cells) {
    add_wires(cell.topology, WireNeed::kCaptured);
    resolve_images(scenario, cell.topology);
  }
  check_images(scenario, cells);
  check_impairments(scenario, cells);
  milliseconds total(0);
  for (scenario::CellPlan& cell : cells) {
    PlannedCell planned;
    planned.obstacle = obstacle_to(cell);
    const milliseconds duration = duration_of(cell);
    planned.duration = std::chrono::round<std::chrono::seconds>(duration);
    if (!planned.obstacle) {
      total += duration * plan.block_count;
      plan.peak_memory_bytes = std::max(plan.peak_memory_bytes, memory_of(cell));
      for (const auto& node : cell.topology.machines)
        if (node.kind == scenario::MachineKind::kVm) plan.guest_boot_count += plan.block_count;
    }
    planned.plan = std::move(cell);
    plan.cells.push_back(std::move(planned));
  }
  plan.duration = std::chrono::round<std::chrono::seconds>(total);
  plan.unenforced_limits = unenforced_limits(plan);
  return plan;
}

std::set<scenario::MachineKind> kinds_of(const Plan& plan) {
  std::set<scenario::MachineKind> kinds;
  for (const PlannedCell& cell : plan.cells)
    if (!cell.obstacle)
      for (const scenario::Machine& node : cell.plan.topology.machines) kinds.insert(node.kind);
  return kinds;
}

std::string plan_text(const Plan& plan) {
  std::string text = fmt::format("{}: {} × {}, seed {}\n", plan.scenario.name,
                                 report::count_of(static_cast<long>(plan.cells.size()), "cell"),
                                 report::count_of(plan.block_count, "block"), plan.seed);
  for (const PlannedCell& cell : plan.cells)
    text += fmt::format("  {:<40} {}\n", describe(cell.plan.cell),
                        cell.obstacle ? "skipped: " + *cell.obstacle
                                      : fmt::format("about {} a block", describe_duration(cell.duration)));
  text += fmt::format("  in all about {}", describe_duration(plan.duration));
  if (plan.guest_boot_count > 0)
    text += fmt::format(", {} guest boots, at most {} MiB of memory for guests at once",
                        plan.guest_boot_count, plan.peak_memory_bytes >> 20);
  text += "\n" + wired_kernel_links(plan);
  if (!plan.unenforced_limits.empty()) text += "  " + plan.unenforced_limits + "\n";
  return text;
}

std::vector<std::size_t> order_of_block(const Plan& plan, int block) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < plan.cells.size(); ++i) order.push_back(i);
  std::mt19937_64 random(plan.seed * 1000003 + static_cast<std::uint64_t>(block));
  // std::shuffle may differ between libraries; a recorded seed must not.
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

}  // namespace banco::run
