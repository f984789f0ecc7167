// `banco up`: one cell of a scenario as a lab that stays, until `banco down` ends it.
#pragma once

#include <string>

#include "harness/run/guests.hh"
#include "harness/run/plan.hh"

namespace banco::run {

struct UpOptions {
  std::string name;  // empty: the scenario's
  GuestOptions guests;
};

// Returns the exit code once guests have booted and addresses are set, having printed what is there, or once
// it has failed, having said why and left nothing behind; 130 when the user ended it before.
// Requires: no other thread in this process. Throws std::invalid_argument (the plan has more than one cell),
// std::runtime_error when nothing can be started: one sentence.
int bring_up(const Plan& plan, const UpOptions& options);

}  // namespace banco::run
