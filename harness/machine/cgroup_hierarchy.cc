#include "harness/machine/cgroup_hierarchy.hh"

#include <algorithm>
#include <sstream>
#include <vector>

namespace banco::machine {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, separator);) parts.push_back(part);
  return parts;
}

bool holds(const std::string& list, const std::string& word) {
  const auto words = split(list, ',');
  return std::ranges::find(words, word) != words.end();
}

struct Membership {
  bool unified = false;
  std::filesystem::path group;
};

// Lines are NUMBER:CONTROLLERS:PATH; that of version 2 is 0::PATH, and counts for what no other line names.
std::optional<Membership> membership(const std::string& controller, const std::string& cgroup_text) {
  std::optional<Membership> unified;
  for (const std::string& line : split(cgroup_text, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (holds(controllers, controller)) return Membership{false, path};
    if (line.starts_with("0::")) unified = Membership{true, path};
  }
  return unified;
}

}  // namespace

std::optional<CgroupHierarchy> find_cgroup_hierarchy(const std::string& controller,
                                                     const std::string& cgroup_text,
                                                     const std::string& mountinfo_text) {
  const auto member = membership(controller, cgroup_text);
  if (!member) return std::nullopt;
  for (const std::string& line : split(mountinfo_text, '\n')) {
    // ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS … - TYPE SOURCE OPTIONS
    const auto words = split(line, ' ');
    const auto dash = std::ranges::find(words, "-");
    if (words.size() < 6 || words.end() - dash < 4) continue;
    const std::string& type = dash[1];
    if (member->unified ? type != "cgroup2" : type != "cgroup" || !holds(dash[3], controller)) continue;
    CgroupHierarchy found{.unified = member->unified, .top = words[4], .group = words[4]};
    const auto below = member->group.lexically_relative(words[3]);
    if (!below.empty() && below != "." && *below.begin() != "..") found.group /= below;
    return found;
  }
  return std::nullopt;
}

}  // namespace banco::machine
