#include "harness/machine/domain_xml.hh"

#include <fmt/format.h>

namespace banco::machine {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char character : text) {
    switch (character) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\'':
        result += "&apos;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += character;
    }
  }
  return result;
}

// Network cards take slots 0x10, 0x11 … of the root bus, so that eth0, eth1 … come in that order and
// cards of both kinds can be mixed.
int slot_of(std::size_t index) {
  return 0x10 + static_cast<int>(index);
}

std::string tap_interface(const GuestNic& nic, const TapBackend& tap, std::size_t index) {
  constexpr const char* kNoOffload =
      R"(<driver><host csum='off' gso='off' tso4='off' tso6='off' ecn='off' ufo='off'/>)"
      R"(<guest csum='off' tso4='off' tso6='off' ecn='off' ufo='off'/></driver>)";
  return fmt::format(
      "    <interface type='ethernet'><mac address='{}'/><target dev='{}' managed='no'/><model "
      "type='virtio'/>"
      "<mtu size='{}'/>{}<rom enabled='no'/>"
      "<address type='pci' domain='0' bus='0' slot='{:#x}' function='0'/></interface>\n",
      escaped(nic.mac), escaped(tap.device), nic.mtu_bytes, tap.offload ? "" : kNoOffload, slot_of(index));
}

std::string netdev_arguments(const GuestNic& nic, const NetdevBackend& backend, std::size_t index) {
  const auto comma = backend.netdev.find(',');
  const std::string type = backend.netdev.substr(0, comma);
  const std::string rest = comma == std::string::npos ? "" : backend.netdev.substr(comma);
  return fmt::format(
      "    <qemu:arg value='-netdev'/><qemu:arg value='{},id=banco{}{}'/>\n"
      "    <qemu:arg value='-device'/>"
      "<qemu:arg value='virtio-net-pci,netdev=banco{},mac={},host_mtu={},romfile=,bus=pci.0,addr={:#x}'/>\n",
      escaped(type), index, escaped(rest), index, escaped(nic.mac), nic.mtu_bytes, slot_of(index));
}

// What the guest's init reads: see images/README.md.
std::string guest_command_line(const GuestSpec& spec) {
  std::string words = spec.command_line + " banco.hostname=" + spec.name;
  for (std::size_t i = 0; i < spec.nics.size(); ++i) {
    const GuestNic& nic = spec.nics[i];
    for (const std::string& address : nic.addresses) words += fmt::format(" banco.eth{}={}", i, address);
    words += fmt::format(" banco.eth{}.mtu={}", i, nic.mtu_bytes);
  }
  for (const Route& route : spec.routes)
    words += fmt::format(" banco.route={},{}", route.destination, route.gateway);
  return words;
}

}  // namespace

std::string domain_xml(const GuestSpec& spec) {
  std::string interfaces;
  std::string arguments;
  for (std::size_t i = 0; i < spec.nics.size(); ++i) {
    const GuestNic& nic = spec.nics[i];
    if (const auto* tap = std::get_if<TapBackend>(&nic.backend)) interfaces += tap_interface(nic, *tap, i);
    if (const auto* netdev = std::get_if<NetdevBackend>(&nic.backend))
      arguments += netdev_arguments(nic, *netdev, i);
  }
  std::string environment;
  for (const auto& [name, value] : spec.environment)
    environment += fmt::format("    <qemu:env name='{}' value='{}'/>\n", escaped(name), escaped(value));

  const std::string terminal =
      spec.terminal_socket.empty()
          ? ""
          : fmt::format("    <serial type='unix'><source mode='bind' path='{}'/></serial>\n",
                        escaped(spec.terminal_socket.string()));

  const std::string log = escaped(spec.console_log.string());
  std::string boot;
  std::string disk;
  std::string serial;
  if (spec.disk) {
    boot = "    <boot dev='hd'/>\n";
    disk = fmt::format(
        "    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{}'/>"
        "<target dev='vda' bus='virtio'/></disk>\n",
        escaped(spec.disk->overlay.string()));
    serial = fmt::format(
        "    <serial type='unix'><source mode='bind' path='{}'/><log file='{}' append='off'/></serial>\n",
        escaped(spec.disk->console_socket.string()), log);
  } else {
    boot = fmt::format("    <kernel>{}</kernel>\n    <initrd>{}</initrd>\n    <cmdline>{}</cmdline>\n",
                       escaped(spec.kernel.string()), escaped(spec.initrd.string()),
                       escaped(guest_command_line(spec)));
    serial = fmt::format("    <serial type='file'><source path='{}'/></serial>\n", log);
  }
  const bool kvm = spec.accelerator == Accelerator::kKvm;
  return fmt::format(
      R"(<domain type='{type}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>{name}</name>
  <memory unit='b'>{memory}</memory>
  <vcpu>{cpus}</vcpu>
  <cpu mode='{cpu_mode}'/>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
{boot}  </os>
  <features><acpi/></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <controller type='usb' model='none'/>
{disk}{serial}{terminal}    <channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <memballoon model='none'/>
{interfaces}  </devices>
  <qemu:commandline>
{arguments}{environment}  </qemu:commandline>
</domain>
)",
      fmt::arg("type", kvm ? "kvm" : "qemu"), fmt::arg("name", escaped(spec.name)),
      fmt::arg("memory", spec.memory_bytes), fmt::arg("cpus", spec.cpu_count),
      fmt::arg("cpu_mode", kvm ? "host-passthrough" : "maximum"), fmt::arg("boot", boot),
      fmt::arg("disk", disk), fmt::arg("serial", serial), fmt::arg("terminal", terminal),
      fmt::arg("interfaces", interfaces), fmt::arg("arguments", arguments),
      fmt::arg("environment", environment));
}

}  // namespace banco::machine
