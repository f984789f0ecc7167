#include "harness/machine/domain_xml.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banco::machine {
namespace {

using testing::HasSubstr;
using testing::Not;

GuestSpec guest() {
  return {.name = "vm1",
          .kernel = "/images/vmlinux",
          .initrd = "/images/initrd",
          .command_line = "console=ttyS0",
          .nics = {},
          .console_log = "/out/vm1.log",
          .environment = {}};
}

TEST(DomainXml, EscapesWhatUsersWrite) {
  GuestSpec spec = guest();
  spec.command_line = "a='<b>' \"c\" & d";
  EXPECT_THAT(domain_xml(spec),
              HasSubstr("<cmdline>a=&apos;&lt;b&gt;&apos; &quot;c&quot; &amp; d banco.hostname=vm1"));
}

TEST(DomainXml, NamesTheAcceleratorAndItsCpu) {
  GuestSpec spec = guest();
  EXPECT_THAT(domain_xml(spec), HasSubstr("<domain type='qemu'"));
  spec.accelerator = Accelerator::kKvm;
  EXPECT_THAT(domain_xml(spec), HasSubstr("<domain type='kvm'"));
  EXPECT_THAT(domain_xml(spec), HasSubstr("<cpu mode='host-passthrough'"));
}

TEST(DomainXml, GivesEachCardItsAddressInOrder) {
  GuestSpec spec = guest();
  spec.nics.push_back({.mac = "52:54:00:00:00:01",
                       .addresses = {"10.0.0.1/24", "fd00::1/64"},
                       .mtu_bytes = 1500,
                       .backend = NetdevBackend{"vde,sock=/run/sw"}});
  spec.nics.push_back({.mac = "52:54:00:00:00:02",
                       .addresses = {"10.1.0.1/24"},
                       .mtu_bytes = 9000,
                       .backend = TapBackend{.device = "tap0"}});
  spec.routes = {{"default", "10.0.0.9"}};
  const std::string xml = domain_xml(spec);
  EXPECT_THAT(xml, HasSubstr("'vde,id=banco0,sock=/run/sw'"));
  EXPECT_THAT(xml, HasSubstr("mac=52:54:00:00:00:01"));
  EXPECT_THAT(xml, HasSubstr("addr=0x10"));
  EXPECT_THAT(xml, HasSubstr("<target dev='tap0' managed='no'/>"));
  EXPECT_THAT(xml, HasSubstr("slot='0x11'"));
  EXPECT_THAT(
      xml,
      HasSubstr("banco.eth0=10.0.0.1/24 banco.eth0=fd00::1/64 banco.eth0.mtu=1500 banco.eth1=10.1.0.1/24 "
                "banco.eth1.mtu=9000 banco.route=default,10.0.0.9"));
}

TEST(DomainXml, BootsADiskOfTheUsersByItself) {
  GuestSpec spec = guest();
  spec.disk = GuestDisk{.overlay = "/run/disks/v&1", .console_socket = "/run/console-vm1", .credentials = {}};
  const std::string xml = domain_xml(spec);
  EXPECT_THAT(xml, HasSubstr("<boot dev='hd'/>"));
  EXPECT_THAT(xml, HasSubstr("<driver name='qemu' type='qcow2'/><source file='/run/disks/v&amp;1'/>"));
  EXPECT_THAT(
      xml, HasSubstr("<source mode='bind' path='/run/console-vm1'/><log file='/out/vm1.log' append='off'/>"));
  EXPECT_THAT(xml, Not(HasSubstr("<kernel>")));
}

TEST(DomainXml, GivesASecondSerialPortOnRequest) {
  GuestSpec spec = guest();
  EXPECT_THAT(domain_xml(spec), Not(HasSubstr("<serial type='unix'>")));
  spec.terminal_socket = "/run/terminal-vm1";
  EXPECT_THAT(domain_xml(spec),
              HasSubstr("<serial type='file'><source path='/out/vm1.log'/></serial>\n"
                        "    <serial type='unix'><source mode='bind' path='/run/terminal-vm1'/>"));
}

TEST(DomainXml, SwitchesOffloadsOffOnRequest) {
  GuestSpec spec = guest();
  spec.nics.push_back(
      {.mac = "52:54:00:00:00:01", .addresses = {}, .mtu_bytes = 1500, .backend = TapBackend{"tap0", true}});
  EXPECT_THAT(domain_xml(spec), Not(HasSubstr("tso4='off'")));
  spec.nics[0].backend = TapBackend{"tap0", false};
  EXPECT_THAT(domain_xml(spec), HasSubstr("tso4='off'"));
}

}  // namespace
}  // namespace banco::machine
