#include "harness/scenario/link_names.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace banco::scenario {

std::string enumerate(const std::vector<std::string>& names) {
  constexpr std::size_t kShown_count = 16;
  if (names.size() <= kShown_count) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kShown_count, ", "),
                     names.size() - kShown_count);
}

std::string name_of(const Link& link) {
  return link.machine + ":" + link.interface;
}

std::string name_of(const Trunk& trunk) {
  return trunk.first + "-" + trunk.second;
}

Link& find_link(Topology& topology, const std::string& text) {
  std::vector<Link*> found;
  std::vector<std::string> known;
  for (Link& link : topology.links) {
    if (text == name_of(link)) return link;
    if (text == link.machine + "-" + link.switch_name) found.push_back(&link);
    known.push_back(name_of(link));
  }
  if (found.size() == 1) return *found[0];
  if (found.empty())
    throw std::invalid_argument(fmt::format("there is no link {}; there is {}", text, enumerate(known)));
  std::vector<std::string> meant;
  for (const Link* link : found) meant.push_back(name_of(*link));
  throw std::invalid_argument(fmt::format("{} means several links: say {}", text, fmt::join(meant, " or ")));
}

const Link& find_link(const Topology& topology, const std::string& text) {
  return find_link(const_cast<Topology&>(topology), text);  // which does not change it
}

Trunk* find_trunk(Topology& topology, const std::string& text) {
  for (Trunk& trunk : topology.trunks)
    if (text == name_of(trunk) || text == trunk.second + "-" + trunk.first) return &trunk;
  return nullptr;
}

const Trunk* find_trunk(const Topology& topology, const std::string& text) {
  return find_trunk(const_cast<Topology&>(topology), text);  // which does not change it
}

}  // namespace banco::scenario
