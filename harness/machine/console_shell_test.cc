// A shell on a pseudo terminal stands for a guest's serial port.
#include "harness/machine/console_shell.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "harness/machine/console_login.hh"
#include "harness/machine/machine.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Runs a script on a terminal whose other end is a socket, as QEMU's is.
class Guest {
 public:
  explicit Guest(const std::string& script) {
    int terminal = -1;
    child_ = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child_ == 0) {
      ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    terminal_ = base::FileDescriptor(terminal);
    int ends[2];
    base::check_system_call("socketpair", ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    port_ = base::FileDescriptor(ends[0]);
    other_end_ = base::FileDescriptor(ends[1]);
    carrier_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd watched[] = {{terminal_.number(), POLLIN, 0}, {other_end_.number(), POLLIN, 0}};
        ::poll(watched, 2, 20);
        carry(watched[0], other_end_);
        carry(watched[1], terminal_);
      }
    });
  }
  ~Guest() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  base::FileDescriptor port() { return std::move(port_); }

 private:
  static void carry(const pollfd& from, const base::FileDescriptor& to) {
    char buffer[4096];
    if ((from.revents & POLLIN) == 0) return;
    const ssize_t count = ::read(from.fd, buffer, sizeof buffer);
    if (count > 0) to.write_all({buffer, static_cast<std::size_t>(count)});
  }

  pid_t child_ = -1;
  base::FileDescriptor terminal_;
  base::FileDescriptor port_;
  base::FileDescriptor other_end_;
  std::jthread carrier_;
};

bool log_in(ConsoleLogin& login) {
  for (int i = 0; i < 500; ++i) {
    if (login.advance()) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

std::optional<base::CommandResult> result_of(GuestChannel& shell, std::int64_t command) {
  for (int i = 0; i < 500; ++i) {
    if (auto result = shell.exec_status(command)) return result;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return std::nullopt;
}

class Shell : public testing::Test {
 protected:
  Shell() : guest_("printf 'boots\\n'; exec sh -i"), console_(guest_.port()), login_("vm1", console_, {}) {}
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "missing: root";
    ASSERT_TRUE(log_in(login_)) << console_.printed();
  }

  Guest guest_;
  SerialConsole console_;
  ConsoleLogin login_;
};

TEST_F(Shell, RunsCommandsWithTheirOutputAndExitCode) {
  ConsoleShell shell("vm1", console_);
  const auto both = result_of(shell, shell.exec({"sh", "-c", "printf 'a\\0b\\r\\n'; echo \"$1\" >&2; exit 7",
                                                 "sh", "it's \"$x\" `y`"}));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->output, std::string("a\0b\r\n", 5));
  EXPECT_EQ(both->errors, "it's \"$x\" `y`\n");
  EXPECT_EQ(both->status.text(), "exited with code 7");
  EXPECT_EQ(result_of(shell, shell.exec({"sh", "-c", "kill -9 $$"}))->status.text(),
            "was killed by signal 9 (Killed)");
  EXPECT_THAT([&] { shell.exec({"no-such-program"}); },
              ThrowsMessage<MachineError>(HasSubstr("vm1: its image has no no-such-program")));
}

TEST_F(Shell, RunsSeveralAtOnceAndEndsThem) {
  ConsoleShell shell("vm1", console_);
  const auto slow = shell.exec({"sleep", "50"});
  const auto quick = shell.exec({"echo", "done"});
  EXPECT_EQ(result_of(shell, quick)->output, "done\n");
  EXPECT_FALSE(shell.exec_status(slow));
  shell.kill(slow);
  EXPECT_EQ(result_of(shell, slow)->status.code, SIGKILL);
}

TEST_F(Shell, CarriesFilesOfAnyBytes) {
  ConsoleShell shell("vm1", console_);
  std::string content;
  for (int i = 0; i < 60'000; ++i) content += static_cast<char>(i * 7 + i / 256);
  const std::string file = "/tmp/banco-shell-test-" + std::to_string(::getpid());
  shell.write_file(file, content.substr(0, 5000));
  EXPECT_EQ(base::read_file(file), content.substr(0, 5000));
  base::write_file_atomically(file, content);
  EXPECT_EQ(shell.read_file(file), content);
  shell.write_file(file, "");
  EXPECT_EQ(shell.read_file(file), "");
  std::filesystem::remove(file);
  EXPECT_THAT([&] { shell.read_file(file); },
              ThrowsMessage<MachineError>(HasSubstr("vm1: cannot read " + file)));
  EXPECT_THAT([&] { shell.write_file("/nowhere/x", "x"); },
              ThrowsMessage<MachineError>(HasSubstr("vm1: cannot write /nowhere/x")));
}

TEST_F(Shell, StandsWhatCommandsPrintOnThePort) {
  ConsoleShell shell("vm1", console_);
  const auto noisy = shell.exec(
      {"sh", "-c",
       "for i in 1 2 3 4 5 6 7 8; do echo '[  OK  ] banco-1:' >/dev/tty; sleep 0.01; done; seq 9000"});
  const auto result = result_of(shell, noisy);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output.size(), 43893U);
}

constexpr const char* kLogin = R"(
while :; do
  printf 'host login: '; read -r user
  printf 'Password: '; stty -echo; read -r word; stty echo; echo
  [ "$user:$word" = 'root:secret' ] && break
  echo 'Login incorrect'
done
echo 'Welcome'
exec sh -i)";

TEST(ConsoleLogin, LogsInWithAPassword) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root";
  Guest guest(kLogin);
  SerialConsole console(guest.port());
  ConsoleLogin login("vm1", console, {.user = "root", .password = "secret"});
  ASSERT_TRUE(log_in(login)) << console.printed();
  ConsoleShell shell("vm1", console);
  EXPECT_EQ(result_of(shell, shell.exec({"echo", "in"}))->output, "in\n");
}

TEST(ConsoleLogin, SaysWhoIsNotLetIn) {
  Guest guest(kLogin);
  SerialConsole console(guest.port());
  ConsoleLogin without("vm1", console, {});
  EXPECT_THAT([&] { log_in(without); },
              ThrowsMessage<MachineError>(HasSubstr("vm1: root is asked for a password on its serial port")));
  Guest second(kLogin);
  SerialConsole other(second.port());
  ConsoleLogin wrong("vm1", other, {.user = "root", .password = "other"});
  EXPECT_THAT([&] { log_in(wrong); },
              ThrowsMessage<MachineError>(
                  HasSubstr("vm1: logging in as root on its serial port leads to no shell of root")));
}

TEST(ConsoleLogin, WakesAPortThatWaitsForAKey) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root";
  Guest guest("printf 'Please press Enter to activate this console.'; read -r key; exec sh -i");
  SerialConsole console(guest.port());
  ConsoleLogin login("vm1", console, {});
  EXPECT_TRUE(log_in(login)) << console.printed();
}

}  // namespace
}  // namespace banco::machine
