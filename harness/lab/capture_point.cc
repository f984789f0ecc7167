#include "harness/lab/capture_point.hh"

#include "harness/lab/connection.hh"
#include "harness/lab/device_capture.hh"
#include "harness/lab/links.hh"
#include "harness/lab/wire_capture.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/machine/virtual_machine.hh"
#include "harness/network/wire.hh"
#include "impl/base/namespaces.hh"

namespace banco::lab {

CapturePoint capture_point(const scenario::Link& link, const machine::Machine& machine) {
  if (const auto* const host = dynamic_cast<const machine::NamespaceMachine*>(&machine))
    return {.wire = {}, .device = link.interface, .at_switch = false, .network = &host->network_namespace()};
  if (link.impairments) return {.wire = network::wire_control(name_of(link)), .device = {}};
  if (const auto tap = dynamic_cast<const machine::VirtualMachine&>(machine).tap_of(link.interface))
    return {.wire = {}, .device = *tap, .at_switch = true, .network = nullptr};
  throw RequestError(
      name_of(link) +
      " cannot be captured: QEMU itself speaks to the switch there; capture at a machine of kind namespace");
}

std::unique_ptr<FrameSource> open_capture(const CapturePoint& point) {
  if (!point.wire.empty()) return std::make_unique<WireCapture>(WireCapture::connect(point.wire), "");
  std::unique_ptr<FrameSource> source;
  const auto open = [&] { source = std::make_unique<DeviceCapture>(point.device, point.at_switch, ""); };
  if (point.network != nullptr) {
    base::in_network_namespace(*point.network, open);  // its sockets stay there
  } else {
    open();
  }
  return source;
}

CapturedLink describe(const scenario::Link& link, const std::string& owner) {
  return {.owner = owner, .name = name_of(link), .machine = link.machine, .switch_ = link.switch_name};
}

}  // namespace banco::lab
