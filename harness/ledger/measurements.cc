#include "harness/ledger/measurements.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/ledger/words.hh"

namespace banco::ledger {
namespace {

bool has_all(const measure::Cell& cell, const measure::Cell& axes) {
  return std::ranges::all_of(axes, [&](const auto& axis) {
    const auto found = cell.find(axis.first);
    return found != cell.end() && found->second == axis.second;
  });
}

}  // namespace

Measurements::Measurements(const measure::Run& run) : planned_block_count_(run.header.block_count) {
  for (const auto& cell : run.header.cells) blocks_of(cell);
  for (const auto& sample : run.samples)
    blocks_of(sample.cell)[sample.block].values[sample.metric] = {sample.value, sample.unit, sample.key,
                                                                  sample.tainted};
  for (const auto& result : run.cells) {
    auto& attempt = blocks_of(result.cell)[result.block];
    attempt.outcome = result.outcome;
    attempt.reason = result.reason;
  }
}

Measurements::Blocks& Measurements::blocks_of(const measure::Cell& cell) {
  const auto [entry, is_new] = blocks_.try_emplace(cell);
  if (is_new) cells_.push_back(cell);
  return entry->second;
}

std::vector<std::string> Measurements::axis_values(const std::string& axis,
                                                   const measure::Cell& where) const {
  std::vector<std::string> values;
  for (const auto& cell : cells_) {
    const auto found = cell.find(axis);
    if (found == cell.end() || !has_all(cell, where)) continue;
    if (std::ranges::find(values, found->second) == values.end()) values.push_back(found->second);
  }
  return values;
}

std::string Measurements::say_missing(const measure::Cell& axes) const {
  for (const auto& [axis, value] : axes) {
    const auto values = axis_values(axis, {});
    if (values.empty()) return fmt::format("this run has no axis '{}'", axis);
    if (std::ranges::find(values, value) == values.end())
      return fmt::format("only measured with {} {}, not with {}; run --full", axis, fmt::join(values, ", "),
                         value);
  }
  return fmt::format("no cell of this run is {}; run --full", cell_text(axes));
}

Measurements::Choice Measurements::choose(const measure::Cell& axes) const {
  std::vector<const measure::Cell*> found;
  for (const auto& cell : cells_)
    if (has_all(cell, axes)) found.push_back(&cell);
  if (found.empty()) return say_missing(axes);
  if (found.size() > 1)
    return fmt::format("the claim does not say which cell it means: {} or {}", cell_text(*found[0]),
                       cell_text(*found[1]));
  return &blocks_.at(*found.front());
}

Measurements::Reading Measurements::read(const Blocks& blocks, int block, const Side& side) {
  const auto where = fmt::format("{} in block {}", cell_text(side.axes), block);
  const auto attempt = blocks.find(block);
  if (attempt == blocks.end() || !attempt->second.outcome) return where + " was not finished";
  const auto outcome = *attempt->second.outcome;
  if (outcome != measure::Outcome::kOk) {
    const auto& reason = attempt->second.reason;
    return fmt::format("{}: {}{}{}", where, measure::to_string(outcome), reason.empty() ? "" : ", ", reason);
  }
  const auto value = attempt->second.values.find(side.metric);
  if (value == attempt->second.values.end()) return fmt::format("{} has no {}", where, side.metric);
  if (!std::isfinite(value->second.value)) return fmt::format("{}: {} is no number", where, side.metric);
  if (value->second.tainted) return where + " was measured while frames were captured";
  return &value->second;
}

Pairs Measurements::pair(const Side& subject, const Side& versus) const {
  Pairs pairs;
  pairs.block_count = planned_block_count_;
  const auto subject_choice = choose(subject.axes);
  const auto versus_choice = choose(versus.axes);
  for (const auto& choice : {subject_choice, versus_choice}) {
    if (!std::holds_alternative<std::string>(choice)) continue;
    pairs.left_out = std::get<std::string>(choice);
    return pairs;
  }
  const auto& subject_blocks = *std::get<const Blocks*>(subject_choice);
  const auto& versus_blocks = *std::get<const Blocks*>(versus_choice);
  std::set<int> blocks;
  for (const auto* side : {&subject_blocks, &versus_blocks})
    for (const auto& [block, attempt] : *side) blocks.insert(block);
  pairs.block_count = std::max(pairs.block_count, static_cast<long>(blocks.size()));

  const auto leave_out = [&](const std::string& reason) {
    if (pairs.left_out.empty()) pairs.left_out = reason;
  };
  for (const int block : blocks) {
    const auto readings = {read(subject_blocks, block, subject), read(versus_blocks, block, versus)};
    const auto failed = std::ranges::find_if(
        readings, [](const auto& reading) { return std::holds_alternative<std::string>(reading); });
    if (failed != readings.end()) {
      leave_out(std::get<std::string>(*failed));
      continue;
    }
    const auto& [value, unit, key, tainted] = *std::get<const Value*>(*readings.begin());
    const auto& [other_value, other_unit, other_key, other_tainted] =
        *std::get<const Value*>(*(readings.begin() + 1));
    if (pairs.unit.empty()) pairs.unit = unit;
    if (const auto difference = measure::contradiction(key, other_key); !difference.empty()) {
      leave_out(fmt::format("not comparable in block {}: {}", block, difference));
    } else if (unit != pairs.unit || other_unit != pairs.unit) {
      leave_out(fmt::format("not comparable in block {}: units {} and {}", block, unit, other_unit));
    } else {
      pairs.subject.push_back(value);
      pairs.versus.push_back(other_value);
    }
  }
  if (pairs.block_count == 0) leave_out("no block was begun");
  if (static_cast<long>(pairs.subject.size()) < pairs.block_count) leave_out("the run ended early");
  return pairs;
}

}  // namespace banco::ledger
