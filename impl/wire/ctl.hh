// ctl: `wire ctl PATH show|state|set SETTING…|capture [FILE]`, the other end of a wire's control socket.
#pragma once

#include <string>
#include <vector>

namespace banco::wire {

// `words`: what stands behind `ctl`. Asks and prints. Returns the exit code; what is wrong is said on stderr.
int run_ctl(const std::vector<std::string>& words);

}  // namespace banco::wire
