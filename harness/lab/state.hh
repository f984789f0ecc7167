// LabState: what a lab says about itself: its answer to the request `state`, and what `banco ps` prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/measure/sample.hh"

namespace banco::lab {

struct InterfaceState {
  std::string name;                    // eth0
  std::string switch_;                 // that it is plugged into
  std::vector<std::string> addresses;  // with prefix lengths
};

struct MachineState {
  std::string name;
  std::string kind;   // "vm", "container", "namespace"
  std::string state;  // "running", "ended"
  std::vector<InterfaceState> interfaces;
};

struct SwitchState {
  std::string name;
  std::string type;
};

struct LabState {
  std::string name;
  std::string scenario_file;  // absolute
  measure::Cell cell;
  measure::Time started;
  std::vector<MachineState> machines;
  std::vector<SwitchState> switches;
};

nlohmann::json to_json(const LabState& state);
// Throws measure::JsonError, std::invalid_argument.
LabState parse_state(const nlohmann::json& json);

// For people: the line of a lab and what is in it. `now` is what its age is counted to.
std::string describe(const LabState& state, measure::Time now);

}  // namespace banco::lab
