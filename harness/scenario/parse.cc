// Reading a scenario and expanding its matrix.
#include "harness/scenario/parse.hh"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "harness/scenario/events.hh"
#include "harness/scenario/measures.hh"
#include "harness/scenario/scenario_fields.hh"
#include "harness/scenario/text_check.hh"
#include "harness/scenario/topology.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::scenario {

namespace {

std::vector<std::string> all_keys() {
  std::vector<std::string> keys = keys_of<FileEntry>();
  for (const std::string& key : keys_of<CellEntry>()) keys.push_back(key);
  return keys;
}

// Cell `index` in the order in which the last axis is the fastest.
measure::Cell cell_at(const std::vector<Axis>& axes, std::size_t index) {
  measure::Cell cell;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    cell[axis->name] = axis->values[index % axis->values.size()];
    index /= axis->values.size();
  }
  return cell;
}

std::string cell_text(const measure::Cell& cell) {
  std::string text;
  for (const auto& [axis, value] : cell) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", axis, value);
  }
  return text;
}

CellPlan make_cell(const Node& root, measure::Cell cell, Reading& reading) {
  CellEntry entry;
  read_fields(reading, root, entry);
  CellPlan plan;
  plan.cell = std::move(cell);
  plan.topology = make_topology(entry.topology, reading);
  plan.measures = make_measures(entry.measures, plan.topology, reading);
  plan.events = make_events(entry.events, plan.topology, reading);
  return plan;
}

// Calls `take` with each cell. What is wrong in a later cell only is said with the cell's name.
template <typename Take>
void each_cell(const Node& root, const std::string& file, const std::vector<Axis>& axes, Take take) {
  Reading reading(file, nullptr);
  const std::size_t count = count_cells(axes);
  for (std::size_t i = 0; i < count; ++i) {
    measure::Cell cell = cell_at(axes, i);
    reading.set_variables(cell);
    try {
      take(make_cell(root, cell, reading));
    } catch (const ScenarioError& error) {
      if (i == 0) throw;
      throw ScenarioError(file, error.where(),
                          fmt::format("{} (cell {})", error.sentence(), cell_text(cell)));
    }
  }
}

Axis* find_axis(std::vector<Axis>& axes, const std::string& name) {
  const auto axis = std::find_if(axes.begin(), axes.end(), [&](const Axis& a) { return a.name == name; });
  return axis == axes.end() ? nullptr : &*axis;
}

// Throws std::invalid_argument, ScenarioError when the values are no text.
void check_set(const std::string& name, const std::vector<std::string>& values) {
  if (values.empty())
    throw std::invalid_argument(fmt::format("--set {} needs a value: --set {}=…", name, name));
  for (const std::string& value : values) {
    check_text(value, "--set " + name);
    check_axis_value(value);
    if (std::count(values.begin(), values.end(), value) > 1) {
      throw std::invalid_argument(
          fmt::format("--set {} has the value {} twice", name, base::in_quotes(value)));
    }
  }
}

// The axes of `scenario` as `selection` has them.
std::vector<Axis> select_axes(const Scenario& scenario, const Node& root, const Selection& selection) {
  std::vector<Axis> axes = scenario.matrix;
  if (selection.quick) {
    for (const Axis& axis : scenario.quick.matrix) find_axis(axes, axis.name)->values = axis.values;
  }
  const std::vector<std::string> variables = variables_with_default(root);
  for (const auto& [name, values] : selection.axes) {
    check_set(name, values);
    if (Axis* axis = find_axis(axes, name)) {
      axis->values = values;
    } else if (std::find(variables.begin(), variables.end(), name) != variables.end()) {
      axes.push_back({name, values});
    } else {
      std::vector<std::string> known = variables;
      for (const Axis& other : axes) known.push_back(other.name);
      throw std::invalid_argument(
          fmt::format("--set {}: {} has no such axis{}", name, scenario.file, base::suggestion(name, known)));
    }
  }
  return axes;
}

}  // namespace

Scenario parse_scenario(std::string text, std::string file_name) {
  const auto root = read_document(text, file_name);
  const Reading reading(file_name, nullptr);
  reading.check_keys(*root, Description<FileEntry>::kNoun, all_keys());
  FileEntry entry;
  read_fields(reading, *root, entry);
  each_cell(*root, file_name, entry.matrix, [](const CellPlan&) {});
  Scenario scenario;
  scenario.schema = entry.schema;
  scenario.file = std::move(file_name);
  scenario.text = std::move(text);
  scenario.name = std::move(entry.name);
  scenario.title = std::move(entry.title);
  scenario.matrix = std::move(entry.matrix);
  scenario.sampling = {entry.sampling.seed.value_or(0), entry.sampling.seed.has_value(),
                       entry.sampling.block_count};
  scenario.quick = std::move(entry.quick);
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& path) {
  std::string text;
  try {
    text = base::open_file(path, O_RDONLY).read_all(kFileLimitBytes);
  } catch (const base::SystemError& error) {
    throw ScenarioError(path.string(), {}, fmt::format("cannot be read: {}", error.code().message()));
  } catch (const std::length_error&) {
    throw ScenarioError(path.string(), {}, fmt::format("the file is larger than {} bytes", kFileLimitBytes));
  }
  return parse_scenario(std::move(text), path.string());
}

std::vector<CellPlan> expand(const Scenario& scenario, const Selection& selection) {
  const auto root = read_document(scenario.text, scenario.file);
  std::vector<CellPlan> cells;
  each_cell(*root, scenario.file, select_axes(scenario, *root, selection),
            [&](CellPlan plan) { cells.push_back(std::move(plan)); });
  return cells;
}

int block_count(const Scenario& scenario, const Selection& selection) {
  int count = scenario.sampling.block_count;
  if (selection.quick) count = scenario.quick.block_count.value_or(count);
  count = selection.block_count.value_or(count);
  const IntegerFormat<int> limits = block_format();
  if (count < limits.min || count > limits.max) {
    throw std::invalid_argument(
        fmt::format("{} blocks cannot be run; there are {} to {}", count, limits.min, limits.max));
  }
  return count;
}

}  // namespace banco::scenario
