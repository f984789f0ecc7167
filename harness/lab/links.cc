#include "harness/lab/links.hh"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "harness/lab/connection.hh"
#include "harness/network/wire.hh"

namespace banco::lab {

std::vector<std::string> addresses_of(const scenario::Link& link) {
  std::vector<std::string> addresses;
  for (const std::string& address : {link.address.ipv4, link.address.ipv6})
    if (!address.empty()) addresses.push_back(address);
  return addresses;
}

std::string find_wire(const scenario::Topology& topology, const std::string& text) {
  const auto control = [&](const auto& link, const std::string& name) {
    if (link.impairments) return network::wire_control(name).string();
    throw RequestError(
        fmt::format("nothing can impair {}: give the link `impair: {{}}` in the scenario", text));
  };
  if (const scenario::Trunk* const trunk = scenario::find_trunk(topology, text))
    return control(*trunk, name_of(*trunk));
  const scenario::Link& link = find_link(topology, text);
  return control(link, name_of(link));
}

const scenario::Machine& find_machine(const scenario::Topology& topology, const std::string& name) {
  std::vector<std::string> known;
  for (const scenario::Machine& machine : topology.machines) {
    if (machine.name == name) return machine;
    known.push_back(machine.name);
  }
  throw RequestError(fmt::format("there is no machine {}; there is {}", name, scenario::enumerate(known)));
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
