#include "impl/shm_switch/command_line.hh"

#include <gmock/gmock.h>

namespace banco::shm_switch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::string refusal(const std::vector<std::string>& words) {
  try {
    parse_command_line(words);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(CommandLine, TakesTheOptionsOfVdeSwitch) {
  const SwitchArguments arguments =
      parse_command_line({"-s",        "/run/a",      "-d",         "-p",   "/run/a.pid",  "-n",  "64",
                          "-m",        "0666",        "--dirmode",  "0755", "-g",          "kvm", "-x",
                          "-M",        "/run/a.mgmt", "--mgmtmode", "0660", "--mgmtgroup", "adm", "-f",
                          "/etc/a.rc", "--nostdin",   "-D",         "3"});
  EXPECT_EQ(arguments.path, "/run/a");
  EXPECT_TRUE(arguments.daemon);
  EXPECT_EQ(arguments.pid_file, "/run/a.pid");
  EXPECT_EQ(arguments.control.port_count, 64U);
  EXPECT_EQ(arguments.mode, 0666U);
  EXPECT_EQ(arguments.directory_mode, 0755U);
  EXPECT_EQ(arguments.group, "kvm");
  EXPECT_TRUE(arguments.control.hub);
  EXPECT_EQ(arguments.management_socket, "/run/a.mgmt");
  EXPECT_EQ(arguments.management_mode, 0660U);
  EXPECT_EQ(arguments.management_group, "adm");
  EXPECT_EQ(arguments.script, "/etc/a.rc");
  EXPECT_FALSE(arguments.terminal);
  EXPECT_THAT(arguments.remarks, ElementsAre());
}

TEST(CommandLine, TakesOurOwnOptions) {
  const SwitchArguments arguments = parse_command_line({"--path=/run/a", "--ageing", "20", "--fixed-vlans"});
  EXPECT_EQ(arguments.control.ageing_s, 20U);
  EXPECT_FALSE(arguments.control.clients_choose_vlans);
  EXPECT_TRUE(arguments.terminal);
  EXPECT_FALSE(arguments.daemon);
}

TEST(CommandLine, TakesLongNamesWithOneDashAndShortenedAsGetoptLongOnlyDoes) {
  const SwitchArguments arguments =
      parse_command_line({"-sock", "/run/a", "-hub", "-daem", "-mod=0660", "--pid", "/run/p", "-n8"});
  EXPECT_EQ(arguments.path, "/run/a");
  EXPECT_TRUE(arguments.control.hub);
  EXPECT_TRUE(arguments.daemon);
  EXPECT_EQ(arguments.mode, 0660U);
  EXPECT_EQ(arguments.pid_file, "/run/p");
  EXPECT_EQ(arguments.control.port_count, 8U);
  // Short options together, and a value that begins with a dash's worth of letters, stay what they are.
  EXPECT_TRUE(parse_command_line({"-xd", "-s/run/a"}).daemon);
}

TEST(CommandLine, MakesPathsAbsoluteSinceADaemonLeavesItsFolder) {
  EXPECT_TRUE(parse_command_line({"-s", "a"}).path.is_absolute());
}

TEST(CommandLine, GivesAtMost1024PortsAndSaysSo) {
  const SwitchArguments arguments = parse_command_line({"-s", "/a", "-n", "65535"});
  EXPECT_EQ(arguments.control.port_count, SHM_PORT_COUNT_MAX);
  EXPECT_THAT(arguments.remarks,
              ElementsAre("--numports 65535: the switch has 1024 ports, the most there can be"));
  EXPECT_THAT(refusal({"-s", "/a", "-n", "0"}), HasSubstr("at least one port"));
}

TEST(CommandLine, IgnoresWhatDoesNoHarmAndSaysSo) {
  const auto remarks =
      parse_command_line({"-s", "/a", "-macaddr", "02:00:00:00:00:01", "--hashsize", "64"}).remarks;
  EXPECT_THAT(remarks,
              UnorderedElementsAre(HasSubstr("--macaddr is ignored"), HasSubstr("--hashsize is ignored")));
}

TEST(CommandLine, RefusesTapsAndSpanningTreeWithASentence) {
  EXPECT_THAT(refusal({"-s", "/run/a", "-tap", "tap0"}), HasSubstr("shm_tap shm:///run/a tap0"));
  EXPECT_THAT(refusal({"-s", "/run/a", "-F"}), HasSubstr("there is no spanning tree"));
  EXPECT_THAT(refusal({"-s", "/run/a", "--fst"}), HasSubstr("there is no spanning tree"));
}

TEST(CommandLine, RefusesWhatItDoesNotUnderstand) {
  EXPECT_THAT(refusal({}), HasSubstr("--sock is missing"));
  EXPECT_THAT(refusal({"-s", "/a", "-m", "0888"}), HasSubstr("--mode 0888: an octal number"));
  EXPECT_THAT(refusal({"-s", "/a", "-m", "17777"}), HasSubstr("an octal number"));
  EXPECT_NE(refusal({"-s", "/a", "--frobnicate"}), "");
  EXPECT_NE(refusal({"-s", "/a", "-n", "many"}), "");
  EXPECT_NE(refusal({"-s"}), "");
}

TEST(CommandLine, AnswersHelpAndVersionWithoutASwitch) {
  EXPECT_THAT(parse_command_line({"-h"}).answer, HasSubstr("--fixed-vlans"));
  EXPECT_THAT(parse_command_line({"-version"}).answer, HasSubstr(BANCO_VERSION));
}

}  // namespace
}  // namespace banco::shm_switch
