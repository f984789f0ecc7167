#include "harness/lab/links.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "harness/lab/connection.hh"
#include "harness/network/wire.hh"

namespace banco::lab {
namespace {

// "a, b, c", cut where it becomes too long to read.
std::string enumerate(const std::vector<std::string>& names) {
  constexpr std::size_t kShown_count = 16;
  if (names.size() <= kShown_count) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kShown_count, ", "),
                     names.size() - kShown_count);
}

}  // namespace

std::vector<std::string> addresses_of(const scenario::Link& link) {
  std::vector<std::string> addresses;
  for (const std::string& address : {link.address.ipv4, link.address.ipv6})
    if (!address.empty()) addresses.push_back(address);
  return addresses;
}

std::string name_of(const scenario::Link& link) {
  return link.machine + ":" + link.interface;
}

const scenario::Link& find_link(const scenario::Topology& topology, const std::string& text) {
  std::vector<const scenario::Link*> found;
  std::vector<std::string> known;
  for (const scenario::Link& link : topology.links) {
    if (text == name_of(link)) return link;
    if (text == link.machine + "-" + link.switch_name) found.push_back(&link);
    known.push_back(name_of(link));
  }
  if (found.size() == 1) return *found[0];
  if (found.empty())
    throw RequestError(fmt::format("there is no link {}; there is {}", text, enumerate(known)));
  std::vector<std::string> meant;
  for (const scenario::Link* link : found) meant.push_back(name_of(*link));
  throw RequestError(fmt::format("{} means several links: say {}", text, fmt::join(meant, " or ")));
}

std::string find_wire(const scenario::Topology& topology, const std::string& text) {
  const auto control = [&](const auto& link, const std::string& name) {
    if (link.impairments) return network::wire_control(name).string();
    throw RequestError(
        fmt::format("nothing can impair {}: give the link `impair: {{}}` in the scenario", text));
  };
  for (const scenario::Trunk& trunk : topology.trunks)
    for (const std::string& name : {trunk.first + "-" + trunk.second, trunk.second + "-" + trunk.first})
      if (text == name) return control(trunk, trunk.first + "-" + trunk.second);
  const scenario::Link& link = find_link(topology, text);
  return control(link, name_of(link));
}

const scenario::Machine& find_machine(const scenario::Topology& topology, const std::string& name) {
  std::vector<std::string> known;
  for (const scenario::Machine& machine : topology.machines) {
    if (machine.name == name) return machine;
    known.push_back(machine.name);
  }
  throw RequestError(fmt::format("there is no machine {}; there is {}", name, enumerate(known)));
}

std::string hosts_text(const scenario::Topology& topology, const std::string& own_name) {
  std::string text = "127.0.0.1 localhost\n::1 localhost\n";
  std::set<std::string> named;
  for (const scenario::Link& link : topology.links) {
    const bool is_first = named.insert(link.machine).second;
    for (const std::string& address : addresses_of(link))
      text += fmt::format("{}{} {}.{}\n", address.substr(0, address.find('/')),
                          is_first ? " " + link.machine : "", link.machine, link.interface);
  }
  if (!named.contains(own_name)) text += "127.0.1.1 " + own_name + "\n";
  return text;
}

}  // namespace banco::lab
