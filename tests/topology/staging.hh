// A network of a scenario file, on a stage in a lab of its own.
#pragma once

#include <functional>
#include <string>

#include "harness/run/stage.hh"

namespace banco::topology {

// Runs `body` with the network that `topology` (YAML below the key of that name) describes; machines are
// namespaces unless they say otherwise. Expectations inside count.
void on_stage(const std::string& topology, const std::function<void(run::Stage&)>& body);

// Whether one of some pings from the machine is answered.
bool answers(run::Stage& stage, const std::string& machine, const std::string& address,
             const std::vector<std::string>& options = {});

// What the switches of these types need and this machine has not; empty when all is there.
std::string missing_for(const std::vector<std::string>& types);

}  // namespace banco::topology
