// What a lab answers: the requests that its socket takes, each with its members and descriptors.
//
//   state                     -> the lab, as in state.hh
//   enter machine             -> kind; of a namespace also a pidfd of the lab and the network namespace
//   run machine command, with output and errors
//                             -> exit_code, once the guest's command has ended
//   shell machine prompt terminal rows columns
//                             -> a stream to the guest's terminal; later exit_code
//   impair link settings      -> settings: those of the link's wire now, as wire(1) has them
//   capture link              -> link, machine, switch, with a pidfd of the lab and, for a wire, a connection
//   to its
//                                control socket; for a device also device and at_switch, and the network
//                                namespace that it is in
//   down                      -> nothing; the lab ends
//
// Namespaces are entered by the client itself, with the descriptors that it gets: a command there is the
// client's own child, on the client's terminal, and a capture needs nobody in between. Only what guests do
// goes through the lab.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "harness/lab/request_server.hh"
#include "harness/machine/machine.hh"
#include "harness/measure/sample.hh"
#include "harness/scenario/scenario.hh"

namespace banco::lab {

// A lab that is up. `machines` has one for each machine of `topology`, by name.
struct Lab {
  std::string name;
  std::string scenario_file;
  measure::Cell cell;
  measure::Time started;
  const scenario::Topology& topology;
  const std::map<std::string, std::unique_ptr<machine::Machine>>& machines;
};

// Adds the requests above to `server`; `down` ends this process, and with it the namespaces and all that is
// in them. Requires: called in the lab; `lab` lives longer.
void add_requests(RequestServer& server, const Lab& lab);

// Lets machines find each other by name: writes the lab's /etc/hosts, and that of each guest. Throws
// machine::MachineError, base::SystemError.
void tell_names(const Lab& lab);

}  // namespace banco::lab
