#include "impl/shm_switch/console_commands.hh"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

// A console of a switch of four ports.
class ConsoleCommandsTest : public testing::Test {
 protected:
  ConsoleCommandsTest() {
    switch_.in_control([this](Control& control) {
      commands_ = std::make_unique<ConsoleCommands>(
          control, ConsoleFacts{.path = "/run/a", .management_socket = "/run/a/mgmt"});
    });
  }
  // What a client reads, without prompt.
  std::string say(const std::string& line) {
    std::string result;
    switch_.in_control([&](Control&) { result = to_lines(commands_->run(line)); });
    return result;
  }
  std::string vlans_of(std::uint32_t port) {
    std::string result;
    switch_.in_control([&](Control& control) { result = to_text(control.settings_of(port).vlans); });
    return result;
  }

  TestSwitch switch_{{.port_count = 4}};
  std::unique_ptr<ConsoleCommands> commands_;
};

constexpr const char* kDone = "1000 Success\n";
std::string data(const std::string& lines) {
  return "0000 DATA END WITH '.'\n" + lines + ".\n1000 Success\n";
}

TEST_F(ConsoleCommandsTest, ShowTheSwitchInVdeSwitchsLines) {
  EXPECT_EQ(say("port/showinfo"), data("Numports=4\nHUB=false\ncounters=true\n"));
  EXPECT_EQ(say("ds/showinfo"), data("ctl dir /run/a\nstd mode 0600\n"));
  EXPECT_THAT(say("showinfo"), HasSubstr("\nmgmt /run/a/mgmt perm 0600\n"));
  EXPECT_THAT(say("showinfo"), HasSubstr(" uptime "));
  EXPECT_EQ(say("hash/showinfo"), data("Hash size 1024\nGC expire 300 secs\n"));
}

TEST_F(ConsoleCommandsTest, KnowNoCommandButWholeOnes) {
  for (const char* const line : {"nonsense", "port", "port/", "port/pr", "PORT/PRINT", "port/print1"})
    EXPECT_EQ(say(line), "1038 Function not implemented\n") << line;
  EXPECT_EQ(say("  port/sethub   0  more\r"), kDone);
}

TEST_F(ConsoleCommandsTest, HelpListsCommandsInColumnsThatVdetermReads) {
  EXPECT_THAT(say("help"), HasSubstr("\n------------       --------------  ------------\n"));
  EXPECT_THAT(say("help"), HasSubstr("\nport/setvlan       N VLAN          set port VLAN"));
  EXPECT_THAT(say("help vlan"), Not(HasSubstr("port/print")));
  EXPECT_THAT(say("help foo"), HasSubstr("1002 "));
}

TEST_F(ConsoleCommandsTest, PrintPortsAsVdeSwitchDoes) {
  const auto port = switch_.join({.number = 2, .description = "a\x1b[2Jb"});
  const auto other = switch_.join({.number = 3});
  port->send(frame(kBroadcast, address_of(1)));
  const std::string counters =
      " IN:  pkts          1          bytes                   60\n"
      " OUT: pkts          0          bytes                    0\n";
  EXPECT_THAT(say("port/print 2"),
              MatchesRegex("0000 DATA END WITH '.'\n"
                           "Port 0002 untagged_vlan=0000 ACTIVE - Unnamed Allocatable\n"
                           " Current User: [a-z0-9]+ Access Control: .User: NONE - Group: NONE.\n" +
                           counters +
                           "  -- endpoint ID 0001 module shm         : a..2Jb\n"
                           "[.]\n1000 Success\n"));
  EXPECT_THAT(say("port/print 2"), HasSubstr(": a?[2Jb\n"));
  EXPECT_THAT(say("port/print 1"), HasSubstr("1006 No such device or address"));
  EXPECT_THAT(say("port/print 5"), HasSubstr("1022 Invalid argument"));
  EXPECT_THAT(say("port/print foo"), HasSubstr("1022 "));
}

TEST_F(ConsoleCommandsTest, AllprintShowsPortsThatNobodyUses) {
  EXPECT_EQ(say("port/allprint"), data(""));
  EXPECT_EQ(say("port/create 3"), kDone);
  EXPECT_EQ(say("port/setvlan 4 7"), kDone);
  EXPECT_EQ(say("port/print"), data(""));
  EXPECT_THAT(
      say("port/allprint"),
      HasSubstr("Port 0003 untagged_vlan=0000 INACTIVE - NOT Unnamed Allocatable\n Current User: NONE"));
  EXPECT_THAT(say("port/allprint"),
              HasSubstr("Port 0004 untagged_vlan=0007 INACTIVE - Unnamed Allocatable\n"));
}

TEST_F(ConsoleCommandsTest, AReservedPortGoesOnlyToWhoAsksForIt) {
  EXPECT_EQ(say("port/create 1"), kDone);
  EXPECT_THAT(say("port/create 1"), HasSubstr("1017 File exists"));
  EXPECT_EQ(switch_.join()->number(), 2U);
  EXPECT_EQ(switch_.join({.number = 1})->number(), 1U);
  EXPECT_EQ(say("port/allocatable 1 1"), kDone);
  EXPECT_EQ(switch_.join()->number(), 1U);
}

TEST_F(ConsoleCommandsTest, RemoveForgetsAPortThatNobodyUses) {
  EXPECT_THAT(say("port/remove 3"), HasSubstr("1006 "));
  EXPECT_EQ(say("port/setvlan 3 7"), kDone);
  {
    const auto port = switch_.join({.number = 3});
    EXPECT_THAT(say("port/remove 3"), HasSubstr("1098 Address already in use"));
  }
  while (say("port/print 3").find("ACTIVE") != std::string::npos) std::this_thread::yield();
  EXPECT_EQ(say("port/remove 3"), kDone);
  EXPECT_EQ(vlans_of(3), "trunk");
}

TEST_F(ConsoleCommandsTest, SetTheNumberOfPortsAndTheHub) {
  EXPECT_EQ(say("port/setnumports 8"), kDone);
  EXPECT_EQ(say("port/sethub 1"), kDone);
  EXPECT_EQ(say("port/showinfo"), data("Numports=8\nHUB=true\ncounters=true\n"));
  const auto port = switch_.join({.number = 8});
  EXPECT_THAT(say("port/setnumports 4"), HasSubstr("1098 "));
  for (const char* const line : {"port/setnumports 0", "port/setnumports foo", "port/setnumports 1025",
                                 "port/setnumports", "port/sethub 2", "hash/setexpire", "hash/setexpire x"})
    EXPECT_THAT(say(line), HasSubstr("1022 ")) << line;
}

TEST_F(ConsoleCommandsTest, TheFirstVlanCommandEndsTheTrunkAPortIsByDefault) {
  EXPECT_EQ(vlans_of(1), "trunk");
  EXPECT_EQ(say("vlan/addport 20 1"), kDone);
  EXPECT_EQ(vlans_of(1), "0,20t");
  EXPECT_EQ(say("vlan/addport 21 1"), kDone);
  EXPECT_EQ(say("port/setvlan 1 5"), kDone);
  EXPECT_EQ(vlans_of(1), "5,20-21t");
  EXPECT_EQ(say("vlan/delport 20 1"), kDone);
  EXPECT_EQ(vlans_of(1), "5,21t");
  EXPECT_EQ(say("port/setvlan 1 4095"), kDone);
  EXPECT_EQ(vlans_of(1), "21t");
  EXPECT_EQ(say("port/setvlan 1 21"), kDone);
  EXPECT_EQ(vlans_of(1), "21");

  EXPECT_EQ(say("port/setvlan 2 10"), kDone);
  EXPECT_EQ(vlans_of(2), "10");
  EXPECT_EQ(say("vlan/delport 10 3"), kDone);
  EXPECT_EQ(vlans_of(3), "0");
}

TEST_F(ConsoleCommandsTest, RefuseVlansThatCannotBe) {
  for (const char* const line :
       {"port/setvlan 1", "port/setvlan 1 4096", "port/setvlan 5 1", "port/setvlan 0 1", "vlan/create 0",
        "vlan/create 4095", "vlan/create foo", "vlan/create", "vlan/addport 6 99", "vlan/addport 0 1",
        "port/setvlans 1 foo", "port/setvlans 1"})
    EXPECT_THAT(say(line), HasSubstr("1022 ")) << line;
}

TEST_F(ConsoleCommandsTest, PrintVlansAsVdeSwitchDoes) {
  const auto one = switch_.join({.number = 1});
  const auto two = switch_.join({.number = 2});
  EXPECT_EQ(say("vlan/create 5"), kDone);
  EXPECT_THAT(say("vlan/create 5"), HasSubstr("1017 "));
  EXPECT_EQ(say("port/setvlan 1 6"), kDone);
  EXPECT_EQ(say("vlan/addport 7 4"), kDone);
  // Port 2 passes every tag.
  EXPECT_EQ(say("vlan/print"), data("VLAN 0000\n -- Port 0002 tagged=0 active=1 status=Forwarding\n"
                                    "VLAN 0005\n -- Port 0002 tagged=1 active=1 status=Forwarding\n"
                                    "VLAN 0006\n -- Port 0001 tagged=0 active=1 status=Forwarding\n"
                                    " -- Port 0002 tagged=1 active=1 status=Forwarding\n"
                                    "VLAN 0007\n -- Port 0002 tagged=1 active=1 status=Forwarding\n"));
  EXPECT_EQ(say("vlan/allprint 7"), data("VLAN 0007\n -- Port 0002 tagged=1 active=1 status=Forwarding\n"
                                         " -- Port 0004 tagged=1 active=0 status=Forwarding\n"));
  EXPECT_THAT(say("vlan/print 8"), HasSubstr("1006 "));
}

TEST_F(ConsoleCommandsTest, RemoveAVlanFromThePortsThatWereToldOfIt) {
  EXPECT_EQ(say("port/setvlans 3 trunk"), kDone);
  EXPECT_EQ(say("vlan/addport 7 1"), kDone);
  EXPECT_EQ(say("port/setvlan 2 6"), kDone);
  EXPECT_THAT(say("vlan/remove 6"), HasSubstr("1098 "));
  EXPECT_EQ(say("vlan/remove 7"), kDone);
  EXPECT_EQ(vlans_of(1), "0");
  // Port 3 passes every tag still, which makes none of them its own.
  EXPECT_EQ(vlans_of(3), "trunk");
  EXPECT_THAT(say("vlan/remove 7"), HasSubstr("1006 "));
}

TEST_F(ConsoleCommandsTest, ShowAndFindAddressesAsVdeSwitchDoes) {
  const auto one = switch_.join({.number = 1});
  const auto two = switch_.join({.number = 2});
  one->send(frame(kBroadcast, address_of(1)));
  const std::string line = "Hash: 0000 Addr: 02:00:00:00:00:01 VLAN 0000 to port: 001  age ";
  EXPECT_THAT(say("hash/print"), HasSubstr(line));
  EXPECT_THAT(say("hash/find 02:00:00:00:00:01"), HasSubstr(line));
  EXPECT_THAT(say("hash/find 02:00:00:00:00:01 3"), HasSubstr("1019 No such device"));
  EXPECT_THAT(say("hash/find foo"), HasSubstr("1022 "));
  EXPECT_THAT(say("hash/find 02:00:00:00:00:01:02"), HasSubstr("1022 "));
}

TEST_F(ConsoleCommandsTest, ThrowAClientOut) {
  auto port = switch_.join({.number = 1});
  EXPECT_EQ(say("port/kick 1"), kDone);
  EXPECT_TRUE(is_readable(port->hang_up_descriptor(), 2000));
  EXPECT_THAT(say("port/kick 1"), HasSubstr("1006 "));
  port = switch_.join({.number = 1});
  EXPECT_THAT(say("port/epclose 1 9"), HasSubstr("1006 "));
  EXPECT_EQ(say("port/epclose 1 1"), kDone);
  EXPECT_TRUE(is_readable(port->hang_up_descriptor(), 2000));
}

TEST_F(ConsoleCommandsTest, IsolatingAPortLeavesItTheVlansItsClientChose) {
  const auto port = switch_.join({.number = 1, .vlans = parse_vlans("10,20t")});
  EXPECT_EQ(say("port/isolate 1 1"), kDone);
  EXPECT_EQ(say("port/mirror 1 1"), kDone);
  EXPECT_EQ(vlans_of(1), "10,20t");
}

TEST_F(ConsoleCommandsTest, SpeakJson) {
  // A description may be any bytes.
  const auto port = switch_.join({.number = 2, .description = "a\xff\n.\n"});
  say("port/setvlans 3 10,20t");
  const std::string reply = say("json/ports");
  ASSERT_THAT(reply, StartsWith("0000 DATA END WITH '.'\n["));
  const auto ports = nlohmann::json::parse(reply.substr(23, reply.find('\n', 23) - 23));
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0]["number"], 2);
  EXPECT_EQ(ports[0]["connected"], true);
  EXPECT_EQ(ports[0]["sent"]["dropped"].size(), static_cast<std::size_t>(SHM_DROP_COUNT));
  EXPECT_EQ(ports[1]["vlans"], "10,20t");
  EXPECT_EQ(ports[1]["connected"], false);
  EXPECT_EQ(say("json/vlans 3"), data("{\"number\":3,\"vlans\":\"10,20t\"}\n"));
  EXPECT_THAT(say("json/showinfo"), HasSubstr("\"port_count\":4"));
}

TEST_F(ConsoleCommandsTest, LoadAScriptAndPassOverLinesThatFail) {
  const std::string path = switch_.path().parent_path() / "rc";
  std::ofstream(path) << "# ports\nport/setvlan 1 5\nnope\nload " << path << "\nshutdown\nport/sethub 1\n";
  const std::string start = "vde[" + path + "]: ";
  EXPECT_THAT(say("load " + path),
              StartsWith(start + "# ports\n" + start + "port/setvlan 1 5\n1000 Success\n" + start +
                         "nope\n1038 Function not implemented\n" + start + "load " + path));
  EXPECT_EQ(vlans_of(1), "5");
  EXPECT_THAT(say("port/showinfo"), HasSubstr("HUB=true"));
  EXPECT_THAT(say("load /nonexistent"), HasSubstr("1002 No such file or directory"));
  EXPECT_THAT(say("load"), HasSubstr("1002 "));
  EXPECT_THAT(say("load /dev/zero"), HasSubstr("1022 "));
}

TEST_F(ConsoleCommandsTest, WhatWasReservedOutlivesTheProcess) {
  say("port/create 1");
  commands_.reset();
  switch_.stop();
  switch_.start();
  switch_.in_control([](Control& control) { EXPECT_TRUE(control.reserved().contains(1)); });
}

}  // namespace
}  // namespace banco::shm_switch
