// shm_switch as its users run it: as a daemon, managed by ctl and by the clients of vde_switch's console,
// with two vde_plug as its machines.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco {
namespace {

using namespace std::chrono_literals;
using base::ChildOptions;
using base::ChildProcess;
using base::CommandResult;
using base::FileDescriptor;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::filesystem::path kPrograms = PROJECT_BINARY_DIR "/bin";

// vde_plug on the switch: frames behind their length in two octets, in and out.
class Plug {
 public:
  explicit Plug(const std::string& url)
      : process_([&] {
          ChildOptions options{.command = {"vde_plug", url}};
          options.environment = {{"VDEPLUGIN_PATH", PROJECT_BINARY_DIR
                                  "/lib/vdeplug:/usr/lib/x86_64-linux-gnu/vdeplug:/usr/lib/vdeplug"}};
          options.standard_input = &in_.read_end;
          options.standard_output = &out_.write_end;
          return ChildProcess(options);
        }()) {
    in_.read_end.close();
    out_.write_end.close();
  }

  // 60 octets from 02:00:00:00:00:`from` to everybody.
  void broadcast(char from) const {
    std::string frame("\xff\xff\xff\xff\xff\xff\x02\0\0\0\0", 11);
    frame += from;
    frame += "\x88\xb5";
    frame.resize(60, 'x');
    in_.write_end.write_all(std::string("\0\x3c", 2) + frame);
  }
  // What came out, up to the first silence.
  std::string received() const {
    std::string result;
    std::array<std::byte, 4096> buffer;
    while (out_.read_end.wait_for(POLLIN, 2s)) {
      const std::size_t got = out_.read_end.read(buffer);
      result.append(reinterpret_cast<const char*>(buffer.data()), got);
      if (got == 0 || result.size() >= 62) break;
    }
    return result;
  }
  ChildProcess& process() { return process_; }

 private:
  base::Pipe in_ = base::make_pipe();
  base::Pipe out_ = base::make_pipe();
  ChildProcess process_;
};

class ShmSwitchPrograms : public testing::Test {
 protected:
  ShmSwitchPrograms() {
    std::string name = std::filesystem::temp_directory_path() / "shm_switch_programs.XXXXXX";
    top_ = ::mkdtemp(name.data());
  }
  ~ShmSwitchPrograms() override {
    if (std::filesystem::exists(path() / "mgmt")) ctl({"shutdown"});
    std::filesystem::remove_all(top_);
  }

  std::filesystem::path path() const { return top_ / "switch"; }
  static CommandResult run(std::vector<std::string> command) {
    return base::run_command({.command = std::move(command)}, 20s);
  }
  static CommandResult shm_switch(std::vector<std::string> words) {
    words.insert(words.begin(), kPrograms / "shm_switch");
    return run(words);
  }
  CommandResult ctl(std::vector<std::string> words) const {
    words.insert(words.begin(), {"ctl", path()});
    return shm_switch(words);
  }
  std::string shown(std::vector<std::string> words) const {
    const CommandResult result = ctl(std::move(words));
    EXPECT_TRUE(result.status.success()) << result.errors;
    return result.output;
  }
  void wait_for_ports(const std::string& count) const {
    for (int i = 0; i < 200 && shown({"showinfo"}).find("ports    " + count + " of") == std::string::npos;
         ++i)
      std::this_thread::sleep_for(20ms);
    EXPECT_THAT(shown({"showinfo"}), HasSubstr("ports    " + count + " of"));
  }
  std::vector<std::string> left_behind() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top_))
      result.push_back(entry.path());
    return result;
  }

  std::filesystem::path top_;
};

TEST_F(ShmSwitchPrograms, ADaemonServesTwoClientsIsManagedAndLeavesNothing) {
  const std::string pid_file = top_ / "pid";
  const CommandResult started =
      shm_switch({"-sock", path(), "-d", "-p", pid_file, "-n", "65535", "-M", top_ / "m"});
  ASSERT_TRUE(started.status.success()) << started.errors;
  EXPECT_THAT(started.errors, HasSubstr("1024 ports"));
  // Ready when the command returns: no waiting here.
  const pid_t daemon = std::stoi(base::read_file(pid_file));
  EXPECT_EQ(::kill(daemon, 0), 0);
  struct stat status {};
  ASSERT_EQ(::stat((path() / "mgmt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  const std::string url = "shm://" + path().string();
  Plug one(url + "[port=1]");
  Plug two(url + "[port=2]");
  wait_for_ports("2");
  one.broadcast('\x01');
  EXPECT_THAT(two.received(), StartsWith(std::string("\0\x3c\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x01", 14)));
  EXPECT_THAT(shown({"macs"}), HasSubstr("02:00:00:00:00:01     0     1  "));
  EXPECT_THAT(shown({"ports"}), HasSubstr("   2  trunk  -"));
  EXPECT_THAT(shown({"stats", "2"}), HasSubstr("frames                 0         1\n"));

  // Another VLAN is another network.
  EXPECT_THAT(shown({"vlan", "2", "10"}), IsEmpty());
  EXPECT_EQ(shown({"vlan", "2"}), "10\n");
  one.broadcast('\x01');
  EXPECT_THAT(two.received(), IsEmpty());

  EXPECT_THAT(shown({"kick", "2"}), IsEmpty());
  EXPECT_TRUE(two.process().wait_for(5s).has_value()) << "a client that is thrown out ends";
  EXPECT_THAT(shown({"ports"}), ContainsRegex("   2  10     -      - +-  nobody\n"));

  EXPECT_THAT(shown({"shutdown"}), IsEmpty());
  EXPECT_TRUE(one.process().wait_for(5s).has_value());
  EXPECT_THAT(left_behind(), IsEmpty());
  for (int i = 0; i < 100 && ::kill(daemon, 0) == 0; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(::kill(daemon, 0), -1);
}

TEST_F(ShmSwitchPrograms, EverySignalThatEndsItLeavesNothing) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    const std::string pid_file = top_ / "pid";
    ChildProcess process(
        {.command = {kPrograms / "shm_switch", "-s", path(), "-p", pid_file, "-M", top_ / "m"}});
    for (int i = 0; i < 500 && !std::filesystem::exists(pid_file); ++i) std::this_thread::sleep_for(10ms);
    Plug plug("shm://" + path().string());
    wait_for_ports("1");
    process.signal(number);
    const auto ended = process.wait_for(5s);
    ASSERT_TRUE(ended.has_value());
    EXPECT_EQ(ended->text(), "exited with code 0");
    EXPECT_TRUE(plug.process().wait_for(5s).has_value()) << "its clients are told";
    EXPECT_THAT(left_behind(), IsEmpty());
  }
}

TEST_F(ShmSwitchPrograms, ADaemonThatCannotStartSaysSoBeforeItReturns) {
  const auto refused = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", path(), "-d"});
    const CommandResult result = shm_switch(std::move(words));
    EXPECT_EQ(result.status.text(), "exited with code 1");
    EXPECT_THAT(result.errors, StartsWith("shm_switch: "));
    return result.errors;
  };
  EXPECT_THAT(refused({"-p", top_ / "no" / "pid"}), HasSubstr("No such file or directory"));
  EXPECT_THAT(left_behind(), IsEmpty());
  EXPECT_THAT(refused({"-g", "no-such-group"}), HasSubstr("there is no such group"));
  EXPECT_THAT(refused({"-f", top_ / "rc"}), HasSubstr("rc: No such file or directory"));
  EXPECT_THAT(left_behind(), IsEmpty());
  ASSERT_TRUE(shm_switch({"-s", path(), "-d"}).status.success());
  EXPECT_THAT(refused({}), HasSubstr("a switch is running at "));
  EXPECT_THAT(shown({"ports"}), StartsWith("PORT"));
}

TEST_F(ShmSwitchPrograms, ExitCodesTellUsageFromFailure) {
  const CommandResult unknown = shm_switch({"-s", path(), "--frobnicate"});
  EXPECT_EQ(unknown.status.text(), "exited with code 2");
  EXPECT_THAT(unknown.errors, EndsWith("; see shm_switch --help\n"));
  EXPECT_EQ(ctl({"frobnicate"}).status.text(), "exited with code 2");
  const CommandResult nobody = ctl({"ports"});
  EXPECT_EQ(nobody.status.text(), "exited with code 1");
  EXPECT_THAT(nobody.errors, HasSubstr("there is no switch at "));
  EXPECT_TRUE(shm_switch({"--version"}).status.success());
  EXPECT_TRUE(shm_switch({"ctl", "--help"}).status.success());
}

TEST_F(ShmSwitchPrograms, NumberedFramesArriveOnceInOrderAndUnchanged) {
  ASSERT_TRUE(shm_switch({"-s", path(), "-d"}).status.success());
  const CommandResult soak = base::run_command(
      {.command = {kPrograms / "plug_soak", "--frames", "3000000", "shm://" + path().string()},
       .environment = {{"VDEPLUGIN_PATH", PROJECT_BINARY_DIR "/lib/vdeplug"}}},
      120s);
  EXPECT_TRUE(soak.status.success()) << soak.output << soak.errors;
}

TEST_F(ShmSwitchPrograms, AnswersVdeSwitchsOwnManagementClients) {
  if (!base::find_program("unixcmd") || !std::filesystem::exists("/etc/vde2/vdecmd"))
    GTEST_SKIP() << "unixcmd and /etc/vde2/vdecmd, of Debian's vde2, are missing";
  const std::string socket = top_ / "console";
  ASSERT_TRUE(shm_switch({"-s", path(), "-d", "-M", socket, "-n", "8"}).status.success());
  const auto vdecmd = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"unixcmd", "-s", socket, "-f", "/etc/vde2/vdecmd"});
    // unixcmd prints each line with its NUL, and has no use for its exit code.
    std::string text = run(std::move(words)).output;
    std::erase(text, '\0');
    return text;
  };
  EXPECT_EQ(vdecmd({"port/showinfo"}), "Numports=8\nHUB=false\ncounters=true\n");
  EXPECT_EQ(vdecmd({"port/setvlan", "1", "5"}), "");
  EXPECT_THAT(vdecmd({"port/allprint"}), StartsWith("Port 0001 untagged_vlan=0005 INACTIVE"));
  EXPECT_EQ(vdecmd({"shutdown"}), "");
  for (int i = 0; i < 100 && !left_behind().empty(); ++i) std::this_thread::sleep_for(20ms);
  EXPECT_THAT(left_behind(), IsEmpty());
}

}  // namespace
}  // namespace banco
