// Names of nodes and links as commands say them, and the names by which nodes find each other.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::lab {

// The link called "a:eth0" (a machine and its interface) or "a-sw" (a machine and the switch it is plugged
// into). Throws RequestError that names the links there are; also when "a-sw" means several.
const scenario::Link& find_link(const scenario::Topology& topology, const std::string& text);

// The control socket of the wire on a link, named as above or as "sw1-sw2". Throws RequestError, also when
// nothing impairs that link.
std::string find_wire(const scenario::Topology& topology, const std::string& text);

// Those of the machine's interface, with prefix lengths.
std::vector<std::string> addresses_of(const scenario::Link& link);

// "a:eth0"
std::string name_of(const scenario::Link& link);

// Throws RequestError that names the machines there are.
const scenario::Machine& find_machine(const scenario::Topology& topology, const std::string& name);

// The content of /etc/hosts in every machine: `a` is the first address of the machine a, `a.eth0`, `a.eth1` …
// are those of its interfaces. `own_name` is this machine's host name, which resolves as well.
std::string hosts_text(const scenario::Topology& topology, const std::string& own_name);

}  // namespace banco::lab
