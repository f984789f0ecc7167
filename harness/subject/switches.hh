// Every kind of switch that a scenario may name: those of harness/network and those that this project builds.
// The harness includes nothing of the latter; it finds shm_switch and shm_tap on PATH and their modules on
// VDEPLUGIN_PATH.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/network/switch.hh"

namespace banco::subject {

const std::vector<network::SwitchType>& switch_types();
// Throws std::out_of_range.
const network::SwitchType& switch_type(const std::string& name);

// Makes the switch and waits until it takes ports. Requires: the lab. Throws network::NetworkError.
std::unique_ptr<network::Switch> make_switch(const network::SwitchSpec& spec);

}  // namespace banco::subject
