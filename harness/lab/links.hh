// Names of nodes and links as commands say them, and the names by which nodes find each other.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/link_names.hh"
#include "harness/scenario/scenario.hh"

namespace banco::lab {

// The control socket of the wire on a link. Throws std::invalid_argument, also when
// nothing impairs that link.
std::string find_wire(const scenario::Topology& topology, const std::string& text);

// Those of the machine's interface, with prefix lengths.
std::vector<std::string> addresses_of(const scenario::Link& link);

// Throws RequestError that names the machines there are.
const scenario::Machine& find_machine(const scenario::Topology& topology, const std::string& name);

// The content of /etc/hosts in every machine: `a` is the first address of the machine a, `a.eth0`, `a.eth1` …
// are those of its interfaces. `own_name` is this machine's host name, which resolves as well.
std::string hosts_text(const scenario::Topology& topology, const std::string& own_name);

}  // namespace banco::lab
