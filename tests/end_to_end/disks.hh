// Disks as users bring them, for guests under test: see make_disks.
#pragma once

#include <filesystem>
#include <string>

namespace banco::end_to_end {

// Has a guest agent.
std::filesystem::path agent_disk();
// Has a login on its serial port, of root by the password `secret`.
std::filesystem::path console_disk();

// Makes both, in the build tree. Returns what is missing for that, empty when they are there; a failure is
// one of the test.
std::string make_disks();

}  // namespace banco::end_to_end
