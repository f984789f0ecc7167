#include "harness/lab/capture_point.hh"

#include "harness/lab/connection.hh"
#include "harness/lab/links.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/machine/virtual_machine.hh"

namespace banco::lab {

CapturePoint capture_point(const scenario::Link& link, const machine::Machine& machine) {
  if (const auto* const host = dynamic_cast<const machine::NamespaceMachine*>(&machine))
    return {.device = link.interface, .at_switch = false, .network = &host->network_namespace()};
  if (const auto tap = dynamic_cast<const machine::VirtualMachine&>(machine).tap_of(link.interface))
    return {.device = *tap, .at_switch = true, .network = nullptr};
  throw RequestError(
      name_of(link) +
      " is no device of the kernel: QEMU itself speaks to the switch there; capture at a machine "
      "of kind namespace, or use a switch of type bridge");
}

CapturedLink describe(const scenario::Link& link, const std::string& owner) {
  return {.owner = owner, .name = name_of(link), .machine = link.machine, .switch_ = link.switch_name};
}

}  // namespace banco::lab
