// Paths: how packets get from machine to machine, over routers where these are on different segments. The way
// with the fewest routers is taken, among several the first in the order of the file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario/reading.hh"
#include "harness/scenario/scenario.hh"
#include "harness/scenario/segments.hh"

namespace banco::scenario {

class Paths {
 public:
  // `topology` must outlive this object, and its links stay as they are.
  explicit Paths(const Topology& topology);

  // How a machine gets to a segment.
  struct Way {
    std::size_t router_count = 0;   // in between
    const Link* gateway = nullptr;  // of the first of them, on the machine's own segment
  };
  // By the number of the segment; those that cannot be reached are missing.
  std::map<std::size_t, Way> ways_from(const std::string& machine) const;

  // The link of `server` that `client` comes by; null when there is no way.
  const Link* link_to(const std::string& server, const std::string& client) const;

  const std::vector<Segment>& segments() const { return segments_; }

 private:
  const Topology& topology_;
  std::vector<Segment> segments_;
  std::vector<std::size_t> segment_of_link_;
  std::map<std::string, std::vector<std::size_t>> links_of_machine_;
  std::vector<std::vector<std::size_t>> router_links_;  // of each segment
};

// Gives the machines of `topology` that say none their routes to all segments that they reach over routers:
// one `default` where all go by the same gateway. Routes that the file says are checked. Throws
// ScenarioError.
void give_routes(Topology& topology, const Reading& reading);

}  // namespace banco::scenario
