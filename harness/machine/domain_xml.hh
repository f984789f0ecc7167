// How a guest is written down for libvirt. Pure text; tested without a guest.
// Source: libvirt's domain XML format, and the QEMU command-line namespace for VDE and socket backends.
#pragma once

#include <string>

#include "harness/machine/virtual_machine.hh"

namespace banco::machine {

std::string domain_xml(const GuestSpec& spec);

}  // namespace banco::machine
