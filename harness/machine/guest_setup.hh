// What a guest of an image of the user's own is told when it is up: the name, addresses and routes that the
// kernel command line tells an image of images/. Pure text.
#pragma once

#include <string>
#include <vector>

#include "harness/machine/guest_nic.hh"
#include "harness/machine/machine.hh"

namespace banco::machine {

// A command for the guest: a shell script and its words. Network cards are known by their MAC addresses, and
// called eth0, eth1 … in the order of `nics`. It says what is missing in one line of standard error.
std::vector<std::string> guest_setup(const std::string& name, const std::vector<GuestNic>& nics,
                                     const std::vector<Route>& routes);

}  // namespace banco::machine
