#include "impl/shm_switch/ctl.hh"

#include <gmock/gmock.h>

#include "impl/shm_switch/ctl_tables.hh"

namespace banco::shm_switch {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* kPorts = R"([
  {"number":1,"connected":true,"vlans":"10,20t","isolated":true,"mirror":false,"allocatable":true,"offload":true,
   "description":"a\u001b[31mb","user":"root","uid":0,"pid":4711,"peers":1,
   "sent":{"frames":12,"bytes":720,"flooded":3,"dropped":{"full":1,"size":0,"vlan":2,"malformed":0,"filtered":0}},
   "received":{"frames":5,"bytes":300,"flooded":0,"dropped":{"full":0,"size":4,"vlan":0,"malformed":0,"filtered":0}}},
  {"number":12,"connected":false,"vlans":"trunk","isolated":false,"mirror":false,"allocatable":false}])";

TEST(Ctl, AsksTheConsole) {
  EXPECT_EQ(parse_ctl({"/run/a", "ports"}).question, "json/ports");
  EXPECT_EQ(parse_ctl({"/run/a", "vlan", "3", "10,20t"}).question, "port/setvlans 3 10,20t");
  EXPECT_EQ(parse_ctl({"/run/a", "vlan", "3"}).question, "json/vlans 3");
  EXPECT_EQ(parse_ctl({"/run/a", "isolate", "3", "on"}).question, "port/isolate 3 1");
  EXPECT_EQ(parse_ctl({"/run/a", "mirror", "3", "off"}).question, "port/mirror 3 0");
  EXPECT_EQ(parse_ctl({"/run/a", "hub", "on"}).question, "port/sethub 1");
  EXPECT_EQ(parse_ctl({"/run/a", "ageing", "9"}).question, "hash/setexpire 9");
  EXPECT_EQ(parse_ctl({"/run/a", "kick", "3"}).question, "port/kick 3");
  EXPECT_TRUE(parse_ctl({"/run/a", "shutdown"}).ends_switch);
}

TEST(Ctl, TakesTheSwitchAsAPathOrAsItsUrlAndJsonAnywhere) {
  EXPECT_EQ(parse_ctl({"shm:///run/a", "ports"}).path, "/run/a");
  EXPECT_TRUE(parse_ctl({"/run/a", "macs"}).show);
  EXPECT_FALSE(parse_ctl({"--json", "/run/a", "macs"}).show);
  EXPECT_FALSE(parse_ctl({"/run/a", "macs", "--json"}).show);
}

TEST(Ctl, RefusesWhatCannotBeMeantBeforeItAsks) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"/run/a"},
                                             {"/run/a", "frobnicate"},
                                             {"/run/a", "ports", "1"},
                                             {"/run/a", "vlan"},
                                             {"/run/a", "vlan", "x"},
                                             {"/run/a", "vlan", "1", "10 20"},
                                             {"/run/a", "vlan", "1", "10\nshutdown"},
                                             {"/run/a", "isolate", "1", "perhaps"},
                                             {"/run/a", "kick", "1x"},
                                             {"/run/a", "ports", "--yaml"}})
    EXPECT_THROW(parse_ctl(words), base::UsageError) << testing::PrintToString(words);
}

TEST(CtlTables, ShowPortsAlignedAndFitForATerminal) {
  EXPECT_EQ(ports_table(kPorts),
            "PORT  VLANS   FLAGS             USER   PID  CLIENT\n"
            "   1  10,20t  isolated,offload  root  4711  a?[31mb\n"
            "  12  trunk   reserved          -        -  nobody\n");
}

TEST(CtlTables, ShowCountersOfThoseWhoAreThere) {
  EXPECT_EQ(stats_table(kPorts),
            "PORT  SENT  BYTES  FLOODED  DROPPED  RECEIVED  BYTES  DROPPED\n"
            "   1    12    720        3        3         5    300        4\n");
}

TEST(CtlTables, ShowDropsOfOnePortByReason) {
  EXPECT_EQ(stats_of_port(kPorts, "1"),
            "port 1              SENT  RECEIVED\n"
            "frames                12         5\n"
            "bytes                720       300\n"
            "flooded                3         0\n"
            "dropped: filtered      0         0\n"
            "dropped: full          1         0\n"
            "dropped: malformed     0         0\n"
            "dropped: size          0         4\n"
            "dropped: vlan          2         0\n");
  EXPECT_THAT([] { stats_of_port(kPorts, "12"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("nobody is at port 12")));
}

TEST(CtlTables, ShowAddresses) {
  EXPECT_EQ(macs_table(R"([{"address":"02:00:00:00:00:01","vlan":10,"port":3,"age_s":7}])"),
            "ADDRESS            VLAN  PORT  AGE\n"
            "02:00:00:00:00:01    10     3  7 s\n");
}

TEST(CtlTables, SayWhenTheAnswerIsOfAnotherVersion) {
  EXPECT_THAT([] { ports_table("[{}]"); }, ThrowsMessage<std::runtime_error>(HasSubstr("another version")));
  EXPECT_THROW(ports_table("rubbish"), std::runtime_error);
}

}  // namespace
}  // namespace banco::shm_switch
