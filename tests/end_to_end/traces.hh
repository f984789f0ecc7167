// What banco could leave behind on this machine, and a place where nothing else leaves anything.
#pragma once

#include <set>
#include <string>

namespace banco::end_to_end {

// Everything on this machine that a run or a lab could leave behind, as text to compare.
std::set<std::string> traces();

// An empty /tmp, /run, /var/tmp and /dev/shm of our own, so that whatever appears there is ours; the trees of
// the project stay where they are, also below /tmp. Requires: namespaces of our own.
void cover_temporary_directories();

}  // namespace banco::end_to_end
