// What the result depends on besides the scenario: this machine, its load, and the versions of the tools.
#pragma once

#include <map>
#include <string>

#include "harness/measure/sample.hh"
#include "harness/run/stage.hh"

namespace banco::run {

inline constexpr const char* kBancoVersion = BANCO_VERSION;

// For the environment table of the report: kernel, CPU, memory, load at start, governor, distribution, user …
std::map<std::string, std::string> describe_machine();

// What must be equal for two samples of this cell to be compared.
measure::Key key_of(const scenario::CellPlan& plan, const GuestResources& resources);

// The version that `command` prints, its first number with dots ("7.2.22"); "not found" without the program.
std::string program_version(const std::vector<std::string>& command);

}  // namespace banco::run
