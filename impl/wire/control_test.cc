// The control socket: what it answers, and what it does not let happen.
#include "impl/wire/control.hh"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "impl/base/local_socket.hh"
#include "impl/wire/test_frames.hh"

namespace banco::wire {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

class ControlTest : public testing::Test {
 protected:
  ControlTest() : directory_(::mkdtemp(name_.data())) { ::signal(SIGPIPE, SIG_IGN); }
  ~ControlTest() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ / "ctl"; }
  json ask(const std::string& line) { return json::parse(answer(line, wire_, 0s)); }

  Wire wire_{parse_settings({"delay=20ms", "seed=5"}), 0s};

 private:
  std::string name_ = std::filesystem::temp_directory_path() / "wire_test.XXXXXX";
  std::filesystem::path directory_;
};

TEST_F(ControlTest, ShowsAndSets) {
  EXPECT_EQ(ask(R"({"command":"show"})"), json::parse(R"({"ok":true,"settings":["delay=20ms"],"seed":5})"));
  EXPECT_EQ(ask(R"({"command":"set","settings":["lr.loss=10%","delay=1ms"]})").at("ok"), true);
  EXPECT_EQ(ask(R"({"command":"show"})").at("settings"), json::parse(R"(["delay=1ms","lr.loss=10%"])"));
  wire_.offer(kLeftToRight, 1s, numbered_frame(1));
  const json state = ask(R"({"command":"state"})");
  EXPECT_EQ(state.at("lr").at("frames_in"), 1);
  EXPECT_EQ(state.at("rl").at("frames_in"), 0);
}

TEST_F(ControlTest, RefusesWithASentence) {
  const json refused = ask(R"({"command":"set","settings":["delay=1ms","loss=120%"]})");
  EXPECT_EQ(refused.at("ok"), false);
  EXPECT_THAT(refused.at("error").get<std::string>(), HasSubstr("more than 100%"));
  EXPECT_EQ(ask(R"({"command":"show"})").at("settings"), json::parse(R"(["delay=20ms"])"));
  for (const char* line : {"", "{", "[]", "null", R"({"command":1})", R"({"command":"set"})", "\xff\xfe",
                           R"({"command":"set","settings":[1]})",
                           R"({"command":"set","settings":"delay=1ms"})", R"({"command":"halt"})"}) {
    const json reply = ask(line);
    EXPECT_EQ(reply.at("ok"), false) << line;
    EXPECT_FALSE(reply.at("error").get<std::string>().empty());
  }
}

TEST_F(ControlTest, ServesClientsThatComeAndGo) {
  base::EventLoop loop;
  const Control control(loop, path(), wire_);
  const auto turn = [&] {
    while (loop.run_once(20ms)) {
    }
  };
  const auto reply = [](const base::FileDescriptor& socket) {
    std::array<std::byte, 4096> buffer{};
    const std::size_t count = socket.read(buffer);
    return std::string(reinterpret_cast<const char*>(buffer.data()), count);
  };
  const auto client = base::connect_local(path(), SOCK_NONBLOCK);
  client.write_all("{\"command\":");
  turn();
  client.write_all("\"show\"}\n{\"command\":\"show\"}\n");
  turn();
  const std::string two = reply(client);
  EXPECT_EQ(std::count(two.begin(), two.end(), '\n'), 2);

  // One that sends without end is closed, and so is the oldest of too many.
  const auto endless = base::connect_local(path(), SOCK_NONBLOCK);
  endless.write_all(std::string(60'000, 'x'));
  turn();
  endless.write_all(std::string(60'000, 'x'));
  turn();
  EXPECT_THROW(
      {
        endless.write_all("x");
        endless.write_all("x");
      },
      std::exception);
  std::vector<base::FileDescriptor> many;
  for (int i = 0; i < 20; ++i) {
    many.push_back(base::connect_local(path(), SOCK_NONBLOCK));
    turn();
  }
  many.back().write_all("{\"command\":\"show\"}\n");
  turn();
  EXPECT_THAT(reply(many.back()), HasSubstr("\"ok\":true"));
}

}  // namespace
}  // namespace banco::wire
