// Limits of containers: what the cells of a plan ask for, and what of it nothing enforces here.
#pragma once

#include <memory>
#include <string>

#include "harness/machine/limit_groups.hh"
#include "harness/run/plan.hh"

namespace banco::run {

// Of a container; nothing of other machines.
machine::Limits limits_of(const scenario::Machine& node);

// Groups for the containers of a cell; of every cell that runs, one at a time. Null when none has limits.
// Requires: this process is outside of the lab.
std::unique_ptr<machine::LimitGroups> provide_limits(const scenario::Topology& topology);
std::unique_ptr<machine::LimitGroups> provide_limits(const Plan& plan);

// "limits of CPU are not enforced here: …", as far as machines of `topology` have them; empty where all are.
std::string unenforced_limits(const scenario::Topology& topology, const machine::LimitGroups& groups);
// The same for all cells that run, found out by use.
std::string unenforced_limits(const Plan& plan);

}  // namespace banco::run
