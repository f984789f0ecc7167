// Events: `events:`, what happens to links while a cell is measured, or after a lab is up.
#pragma once

#include <vector>

#include "harness/scenario/entries.hh"
#include "harness/scenario/reading.hh"

namespace banco::scenario {

// The events in the order of time, each with the link that it names. Links that events change get a wire.
// Throws ScenarioError: no such link, an end that is none of its, a link that no wire can impair.
std::vector<Event> make_events(const std::vector<EventEntry>& entries, Topology& topology,
                               const Reading& reading);

}  // namespace banco::scenario
