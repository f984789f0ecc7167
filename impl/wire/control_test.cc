// The control socket: what it answers, and what it does not let happen.
#include "impl/wire/control.hh"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "impl/base/local_socket.hh"
#include "impl/base/pcapng_reader.hh"
#include "impl/wire/forwarder.hh"
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
  Captures captures(loop);
  const Control control(loop, path(), wire_, captures);
  const auto turn = [&] {
    while (loop.run_once(20ms)) {
    }
  };
  const auto reply = [](const base::FileDescriptor& socket) {
    std::array<std::byte, 4096> buffer{};
    const std::size_t count = socket.read(buffer);
    return std::string(reinterpret_cast<const char*>(buffer.data()), count);
  };
  const auto client = base::connect_local(path(), SOCK_STREAM | SOCK_NONBLOCK);
  client.write_all("{\"command\":");
  turn();
  client.write_all("\"show\"}\n{\"command\":\"show\"}\n");
  turn();
  const std::string two = reply(client);
  EXPECT_EQ(std::count(two.begin(), two.end(), '\n'), 2);

  // One that sends without end is closed, and so is the oldest of too many.
  const auto endless = base::connect_local(path(), SOCK_STREAM | SOCK_NONBLOCK);
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
    many.push_back(base::connect_local(path(), SOCK_STREAM | SOCK_NONBLOCK));
    turn();
  }
  many.back().write_all("{\"command\":\"show\"}\n");
  turn();
  EXPECT_THAT(reply(many.back()), HasSubstr("\"ok\":true"));
}

// A connection that captures, and what has come over it.
class CaptureTest : public ControlTest {
 protected:
  CaptureTest() {
    socket_.write_all("{\"command\":\"capture\"}\n");
    turn();
    read();
    const std::string ok = "{\"ok\":true}\n";
    EXPECT_EQ(stream_.substr(0, ok.size()), ok);
    stream_.erase(0, ok.size());
  }
  void turn() {
    while (loop_.run_once(0ms)) {
    }
  }
  void add(Way way, std::uint64_t number, std::size_t size_bytes = 100) {
    captures_.add(way, numbered_frame(number, size_bytes));
  }
  // Reads what there is; false at the end.
  bool read() {
    std::vector<std::byte> buffer(1 << 20);
    while (socket_.wait_for(POLLIN, 0ms)) {
      const std::size_t count = socket_.read(buffer);
      if (count == 0) return false;
      stream_.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return true;
  }
  // "0:5 1:6": the interface and number of each frame.
  std::string frames() {
    std::string words;
    reader_.read(std::as_bytes(std::span(stream_)), [&](const base::PcapngPacket& packet) {
      words += std::to_string(packet.interface) + ":" + std::to_string(number_of(packet.bytes)) + " ";
    });
    stream_.clear();
    return words;
  }

  base::EventLoop loop_;
  Captures captures_{loop_};
  Control control_{loop_, path(), wire_, captures_};
  base::FileDescriptor socket_ = base::connect_local(path(), SOCK_STREAM | SOCK_NONBLOCK);
  std::string stream_;
  base::PcapngReader reader_;
};

TEST_F(CaptureTest, HoldsFramesOfBothWays) {
  add(kLeftToRight, 1);
  add(kRightToLeft, 2);
  captures_.flush();
  read();
  EXPECT_THAT(stream_,
              testing::AllOf(HasSubstr("left>right"), HasSubstr("right>left"), HasSubstr("right to left")));
  EXPECT_EQ(frames(), "0:1 1:2 ");
  add(kLeftToRight, 3);
  ::shutdown(socket_.number(), SHUT_WR);
  turn();
  EXPECT_FALSE(read()) << "the end, as it was asked for";
  EXPECT_EQ(frames(), "0:3 ");
  EXPECT_EQ(reader_.counts(0).received_count, 2u);
  EXPECT_EQ(reader_.counts(1).received_count, 1u);
  EXPECT_TRUE(captures_.is_empty());
}

TEST_F(CaptureTest, DropsAndCountsWhatIsNotRead) {
  constexpr std::uint64_t kFrames = 4000;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    add(kLeftToRight, i, 1500);
    captures_.flush();
    turn();
  }
  ::shutdown(socket_.number(), SHUT_WR);
  for (int i = 0; i < 1000 && !captures_.is_empty(); ++i) {
    read();
    turn();
  }
  EXPECT_FALSE(read());
  const std::string words = frames();
  const auto got = static_cast<std::uint64_t>(std::count(words.begin(), words.end(), ' '));
  EXPECT_GT(got, 600u) << "1 MiB at least";
  EXPECT_GT(reader_.counts(0).dropped_count, 1000u);
  EXPECT_EQ(got + reader_.counts(0).dropped_count, kFrames);
  EXPECT_EQ(reader_.counts(0).received_count, kFrames);
}

// A network that always has one more frame, or never any.
class Stream : public End {
 public:
  explicit Stream(bool flows) : flows_(flows) {}
  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override {
    if (!flows_) return std::nullopt;
    const auto frame = numbered_frame(++count_);
    std::ranges::copy(frame, buffer.begin());
    return Arrival{frame.size(), now};
  }
  bool send(std::span<const std::byte>) noexcept override { return true; }
  int data_descriptor() const noexcept override { return pipe_.read_end.number(); }

 private:
  bool flows_;
  std::uint64_t count_ = 0;
  base::Pipe pipe_ = base::make_pipe();
};

TEST_F(CaptureTest, IsFedByAStreamThatNeverPauses) {
  Stream left(true);
  Stream right(false);
  Forwarder forwarder(loop_, wire_, left, right, captures_);
  for (int round = 0; round < 20; ++round) forwarder.run_once();
  read();
  const std::string words = frames();
  EXPECT_GT(std::count(words.begin(), words.end(), ' '), 500);
}

TEST_F(CaptureTest, EndsWithItsReader) {
  socket_.close();
  add(kLeftToRight, 1);
  captures_.flush();
  turn();
  EXPECT_TRUE(captures_.is_empty());
}

TEST_F(CaptureTest, IsOneOfAFew) {
  std::vector<base::FileDescriptor> many;
  for (std::size_t i = 0; i < Captures::kLimit; ++i) {
    many.push_back(base::connect_local(path(), SOCK_STREAM | SOCK_NONBLOCK));
    many.back().write_all("{\"command\":\"capture\"}\n");
    turn();
  }
  std::array<std::byte, 100> answer{};
  const std::size_t count = many.back().read(answer);
  EXPECT_THAT(std::string(reinterpret_cast<const char*>(answer.data()), count),
              HasSubstr("8 captures run already"));
}

}  // namespace
}  // namespace banco::wire
