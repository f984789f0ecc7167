// The seed of a wire that was given none.
#pragma once

#include <random>
#include <utility>

#include "impl/wire/settings.hh"

namespace banco::wire {

// From the system, and to be read from the control socket.
inline Settings with_seed(Settings settings) {
  if (!settings.seed) settings.seed = std::random_device()();
  return settings;
}

}  // namespace banco::wire
