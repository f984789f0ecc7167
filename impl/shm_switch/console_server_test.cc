#include "impl/shm_switch/console_server.hh"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "impl/base/local_socket.hh"
#include "impl/shm_switch/console_client.hh"
#include "impl/shm_switch/switch_directory.hh"

namespace banco::shm_switch {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A switch's console in a thread of its own.
class ConsoleServerTest : public testing::Test {
 protected:
  ConsoleServerTest() {
    ::signal(SIGPIPE, SIG_IGN);
    std::string name = std::filesystem::temp_directory_path() / "shm_console_test.XXXXXX";
    top_ = ::mkdtemp(name.data());
  }
  ~ConsoleServerTest() override {
    stop();
    std::filesystem::remove_all(top_);
  }
  void start(ConsoleLimits limits = {}) {
    thread_ = std::jthread([this, limits](const std::stop_token& stopped) {
      SwitchDirectory directory(path(), 0600, "");
      base::EventLoop loop;
      Control control(loop, directory, {});
      const base::ListeningSocket socket("--sock", path() / "mgmt", 0600);
      ConsoleCommands commands(control, {.path = path(), .management_socket = path() / "mgmt"});
      bool ended = false;
      ConsoleServer server(
          loop, commands, [&] { ended = true; }, limits);
      server.listen(socket);
      ready_ = true;
      while (!ended && !stopped.stop_requested()) {
        loop.run_once(10ms);
        session_count_ = server.session_count();
      }
      session_count_ = 0;
    });
    while (!ready_) std::this_thread::yield();
  }
  void stop() { thread_ = {}; }
  std::filesystem::path path() const { return top_ / "switch"; }
  base::FileDescriptor connect() const {
    return base::connect_local(path() / "mgmt", SOCK_STREAM | SOCK_NONBLOCK);
  }
  void wait_for_sessions(std::size_t count) const {
    for (int i = 0; i < 500 && session_count_ != count; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(session_count_, count);
  }
  // What comes until the other side has been quiet for a while, or has gone.
  static std::string read(const base::FileDescriptor& connection, std::chrono::milliseconds quiet = 200ms) {
    std::string result;
    std::array<std::byte, 4096> buffer;
    while (connection.wait_for(POLLIN, quiet)) {
      const std::size_t got = connection.read(buffer);
      if (got == 0) return result + "<end>";
      result.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
    return result;
  }

  std::filesystem::path top_;
  std::atomic<bool> ready_{false};
  std::atomic<std::size_t> session_count_{0};
  std::jthread thread_;
};

TEST_F(ConsoleServerTest, GreetsAndAnswersSeveralClientsAtOnce) {
  start();
  const auto one = connect();
  const auto two = connect();
  EXPECT_THAT(read(one), EndsWith("\n\nvde$ "));
  EXPECT_THAT(read(two), EndsWith("\n\nvde$ "));
  one.write_all("port/showinfo\nport/sethub 1\n");
  EXPECT_THAT(read(one), EndsWith("HUB=false\ncounters=true\n.\n1000 Success\n\nvde$ 1000 Success\n\nvde$ "));
  two.write_all("port/showinfo\n");
  EXPECT_THAT(read(two), HasSubstr("HUB=true"));
}

TEST_F(ConsoleServerTest, AnswersWhatCameBeforeTheClientClosedItsSide) {
  start();
  const auto client = connect();
  client.write_all("port/showinfo\n");
  ::shutdown(client.number(), SHUT_WR);
  EXPECT_THAT(read(client), EndsWith("1000 Success\n\nvde$ <end>"));
}

TEST_F(ConsoleServerTest, HangsUpAfterLogout) {
  start();
  const auto client = connect();
  client.write_all("logout\nport/sethub 1\n");
  EXPECT_THAT(read(client), EndsWith("vde$ 9999 END OF SESSION<end>"));
  wait_for_sessions(0);
}

TEST_F(ConsoleServerTest, EndsTheSwitchAndThenTheConnection) {
  start();
  ConsoleClient(path()).shut_down();
  thread_.join();
}

TEST_F(ConsoleServerTest, DropsAClientThatDoesNotReadAndServesTheOthersMeanwhile) {
  start({.patience = 300ms});
  const auto lazy = connect();
  // Answers to more commands than a socket holds.
  std::string commands;
  for (int i = 0; i < 300; ++i) commands += "help\n";
  lazy.write_all(commands);
  ConsoleClient other(path());
  EXPECT_EQ(other.ask("port/showinfo").error_number, 0);
  wait_for_sessions(1);
  EXPECT_EQ(other.ask("port/showinfo").error_number, 0);
}

TEST_F(ConsoleServerTest, TheQuietestSessionMakesWayWhenAllAreTaken) {
  start({.session_count = 3});
  const auto quiet = connect();
  wait_for_sessions(1);
  ConsoleClient busy(path());
  EXPECT_EQ(busy.ask("port/showinfo").error_number, 0);
  const auto third = connect();
  wait_for_sessions(3);
  EXPECT_EQ(busy.ask("port/showinfo").error_number, 0);
  ConsoleClient newest(path());
  EXPECT_EQ(newest.ask("port/showinfo").error_number, 0);
  EXPECT_EQ(busy.ask("port/showinfo").error_number, 0);
  EXPECT_THAT(read(quiet), EndsWith("<end>"));
  EXPECT_EQ(session_count_, 3U);
}

TEST_F(ConsoleServerTest, ClientsAreToldWhyThereIsNoAnswer) {
  const auto connecting = [&] { ConsoleClient client(path()); };
  EXPECT_THAT(connecting, ThrowsMessage<std::runtime_error>(HasSubstr("there is no switch at ")));
  std::filesystem::create_directory(path());
  {
    // As a process that is killed leaves it.
    const base::ListeningSocket dead("--sock", path() / "first", 0600);
    std::filesystem::rename(path() / "first", path() / "mgmt");
  }
  EXPECT_THAT(connecting, ThrowsMessage<std::runtime_error>(HasSubstr("no switch is running at ")));
}

TEST_F(ConsoleServerTest, AnswersAsLongAsItTakesButNotForEver) {
  std::filesystem::create_directory(path());
  const base::ListeningSocket silent("--sock", path() / "mgmt", 0600);
  ConsoleClient client(path(), 50ms);
  EXPECT_THAT([&] { client.ask("port/showinfo"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("does not answer")));
}

}  // namespace
}  // namespace banco::shm_switch
