#include "harness/scenario/events.hh"

#include <algorithm>

#include "harness/scenario/impairments.hh"
#include "harness/scenario/link_names.hh"

namespace banco::scenario {
namespace {

// Throws std::invalid_argument.
Event make_event(const EventEntry& entry, Topology& topology) {
  Event event{.at = entry.at, .link = {}, .left = {}, .impairments = entry.impairments, .where = entry.where};
  if (Trunk* const trunk = find_trunk(topology, entry.link)) {
    check_ends(event.impairments, trunk->first, trunk->second);
    if (!trunk->impairments) trunk->impairments.emplace();
    event.link = name_of(*trunk);
    event.left = trunk->first;
    return event;
  }
  Link& link = find_link(topology, entry.link);
  check_ends(event.impairments, link.machine, link.switch_name);
  const auto node = std::ranges::find(topology.switches, link.switch_name, &Switch::name);
  check_place_for_wire(*node);
  if (!link.impairments) link.impairments.emplace();
  event.link = name_of(link);
  event.left = link.machine;
  return event;
}

}  // namespace

std::vector<Event> make_events(const std::vector<EventEntry>& entries, Topology& topology,
                               const Reading& reading) {
  std::vector<Event> events;
  for (const EventEntry& entry : entries)
    events.push_back(reading.at(entry.where, [&] { return make_event(entry, topology); }));
  std::ranges::stable_sort(events, {}, &Event::at);
  return events;
}

}  // namespace banco::scenario
