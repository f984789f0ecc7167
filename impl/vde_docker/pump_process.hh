// A data pump: the process that carries an endpoint's frames between a tap and a network of VDE.
#pragma once

#include "impl/base/file_descriptor.hh"
#include "impl/vde_docker/pump_request.hh"

namespace banco::vde_docker {

// Makes this process, which has no other thread, the pump that was asked for, and answers when its network is
// joined, or with a sentence. Returns never: the process ends when the tap goes or a signal comes.
//
// The tap becomes persistent when all is well: if the pump is killed then, the container keeps its interface,
// without a carrier, until another pump takes it. SIGTERM takes the tap along. Whoever wants to know how the
// pump fares, or to hold its process, connects to its socket, reads one JSON document and the end of file.
[[noreturn]] void become_pump(const PumpRequest& request, base::FileDescriptor answer);

}  // namespace banco::vde_docker
