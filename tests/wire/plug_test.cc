// libvdeplug_wire.so against the contract that clients of libvdeplug(3) rely on, and the program `wire` as
// its users run it. Through libvdeplug and the built modules and programs, nothing of ours linked in.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "impl/base/child_process.hh"
#include "impl/vde/plug_api.hh"

namespace banco {
namespace {

using namespace std::chrono_literals;
using base::ChildProcess;
using testing::EndsWith;
using testing::HasSubstr;

const std::filesystem::path kPrograms = PROJECT_BINARY_DIR "/bin";
constexpr const char* kModules =
    PROJECT_BINARY_DIR "/lib/vdeplug:/usr/lib/x86_64-linux-gnu/vdeplug:/usr/lib/vdeplug";

struct CloseConnection {
  void operator()(VDECONN* connection) const { vde_close(connection); }
};
using Connection = std::unique_ptr<VDECONN, CloseConnection>;
using Bytes = std::vector<unsigned char>;

Bytes broadcast(unsigned char from, std::size_t bytes = 60) {
  Bytes frame(bytes, 0x5a);
  std::fill(frame.begin(), frame.begin() + 6, static_cast<unsigned char>(0xff));
  const std::array<unsigned char, 8> rest{2, 0, 0, 0, 0, from, 0x88, 0xb5};
  std::copy(rest.begin(), rest.end(), frame.begin() + 6);
  return frame;
}
bool is_readable(int descriptor, int timeout_ms = 0) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) > 0;
}
ssize_t send(const Connection& connection, const Bytes& frame) {
  return vde_send(connection.get(), frame.data(), frame.size(), 0);
}
ssize_t receive(const Connection& connection) {
  Bytes buffer(9234);
  return vde_recv(connection.get(), buffer.data(), buffer.size(), 0);
}
ssize_t wait_for_frame(const Connection& connection, int timeout_ms = 3000) {
  while (is_readable(vde_datafd(connection.get()), timeout_ms)) {
    const ssize_t got = receive(connection);
    if (got != 1) return got;
  }
  return 0;
}
std::ptrdiff_t entries(const char* directory) {
  return std::distance(std::filesystem::directory_iterator(directory), {});
}

class WirePlug : public testing::Test {
 protected:
  WirePlug() {
    ::setenv("VDEPLUGIN_PATH", kModules, 1);
    std::string name = std::filesystem::temp_directory_path() / "wire_plug.XXXXXX";
    top_ = ::mkdtemp(name.data());
    switch_ = start_switch("a");
  }
  ~WirePlug() override {
    switch_.reset();
    std::filesystem::remove_all(top_);
  }

  std::unique_ptr<ChildProcess> start_switch(const std::string& name) {
    auto process =
        start({kPrograms / "shm_switch", "--nostdin", "-s", top_ / name, "-p", top_ / (name + ".pid")});
    wait_for(top_ / (name + ".pid"));
    return process;
  }
  static std::unique_ptr<ChildProcess> start(const std::vector<std::string>& command) {
    return std::make_unique<ChildProcess>(base::ChildOptions{.command = command});
  }
  static void wait_for(const std::filesystem::path& path) {
    for (int i = 0; i < 500 && !std::filesystem::exists(path); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
  }
  std::string network(const std::string& name = "a") const { return "shm://" + (top_ / name).string(); }
  static Connection open(std::string url) {
    std::string description = "contract";
    return Connection(vde_open(url.data(), description.data(), nullptr));
  }
  Connection open_wire(const std::string& settings) const {
    return open("wire://[" + settings + "]{" + network() + "}");
  }
  static base::CommandResult run(const std::vector<std::string>& command) {
    return base::run_command({.command = command}, 20s);
  }

  std::filesystem::path top_;
  std::unique_ptr<ChildProcess> switch_;
};

TEST_F(WirePlug, ModuleExportsVdeplugOpsAndNothingElse) {
  const auto symbols =
      run({"nm", "-D", "--defined-only", PROJECT_BINARY_DIR "/lib/vdeplug/libvdeplug_wire.so"});
  ASSERT_TRUE(symbols.status.success()) << symbols.errors;
  EXPECT_EQ(std::count(symbols.output.begin(), symbols.output.end(), '\n'), 1) << symbols.output;
  EXPECT_THAT(symbols.output, EndsWith(" vdeplug_ops\n"));
}

TEST_F(WirePlug, RecvWithoutFrameGivesOneAndSendTheLength) {
  const Connection wire = open_wire("delay=1ms");
  ASSERT_NE(wire, nullptr);
  errno = 0;
  EXPECT_EQ(receive(wire), 1);
  EXPECT_EQ(errno, EAGAIN);
  for (const std::size_t bytes : {1u, 13u, 14u, 60u, 1514u, 9234u, 9235u, 70000u}) {
    Bytes frame = broadcast(1, std::max<std::size_t>(bytes, 14));
    frame.resize(bytes);
    EXPECT_EQ(send(wire, frame), static_cast<ssize_t>(bytes));
  }
  // More than anybody takes.
  for (int i = 0; i < 50'000; ++i) ASSERT_EQ(send(wire, broadcast(1, 1514)), 1514);
}

TEST_F(WirePlug, DataDescriptorIsReadableOnlyWithAWholeFrame) {
  const Connection wire = open_wire("rl.delay=1ms");
  const Connection other = open(network());
  for (int round = 0; round < 100; ++round) {
    ASSERT_FALSE(is_readable(vde_datafd(wire.get()))) << "round " << round;
    // What the client sends must not wake it.
    send(wire, broadcast(1));
    ASSERT_EQ(wait_for_frame(other), 60);
    ASSERT_FALSE(is_readable(vde_datafd(wire.get())));
    const int count = 1 + round % 3;
    for (int i = 0; i < count; ++i) send(other, broadcast(2, 60 + static_cast<std::size_t>(round)));
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(is_readable(vde_datafd(wire.get()), 3000)) << "round " << round;
      ASSERT_EQ(receive(wire), 60 + round);
    }
  }
}

TEST_F(WirePlug, JumboFramesPassBothWays) {
  const Connection wire = open_wire("delay=1ms");
  const Connection other = open(network());
  send(wire, broadcast(1, 9234));
  EXPECT_EQ(wait_for_frame(other), 9234);
  send(other, broadcast(2, 9234));
  EXPECT_EQ(wait_for_frame(wire), 9234);
}

TEST_F(WirePlug, NestsInItself) {
  const Connection wire = open("wire://[delay=30ms]{wire://[lr.delay=20ms]{" + network() + "}}");
  ASSERT_NE(wire, nullptr);
  const Connection other = open(network());
  const auto start = std::chrono::steady_clock::now();
  send(wire, broadcast(1));
  EXPECT_EQ(wait_for_frame(other), 60);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
}

TEST_F(WirePlug, NetworkThatGoesHangsUp) {
  const Connection wire = open_wire("delay=1ms");
  ASSERT_GE(vde_ctlfd(wire.get()), 0);
  EXPECT_FALSE(is_readable(vde_ctlfd(wire.get())));
  const auto control = (top_ / "a").string();
  run({kPrograms / "shm_switch", "ctl", control, "shutdown"});
  EXPECT_TRUE(is_readable(vde_ctlfd(wire.get()), 3000));
}

TEST_F(WirePlug, OpeningAndClosingLeavesNothing) {
  { const Connection first = open_wire("delay=1ms"); }
  const auto descriptors = entries("/proc/self/fd");
  const auto threads = entries("/proc/self/task");
  for (int i = 0; i < 30; ++i) {
    const Connection wire = open_wire("delay=1s/ctl='" + (top_ / "ctl").string() + "'");
    ASSERT_NE(wire, nullptr);
    for (int j = 0; j < 100; ++j) send(wire, broadcast(1));  // frames on their way are no hindrance
  }
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
  EXPECT_EQ(entries("/proc/self/task"), threads);
  EXPECT_FALSE(std::filesystem::exists(top_ / "ctl"));
}

TEST_F(WirePlug, BadUrlsFailCleanly) {
  const auto descriptors = entries("/proc/self/fd");
  for (const char* settings :
       {"loss=120%", "delay=-1ms", "rate=0bit", "rate=1Mbit,burst=100B", "loss=trace:'/no/such'",
        "states=a,b/a>b=60pct/a>a=1pct", "dealy=1ms", "delay='1ms"}) {
    testing::internal::CaptureStderr();
    errno = 0;
    EXPECT_EQ(open_wire(settings), nullptr) << settings;
    EXPECT_EQ(errno, EINVAL) << settings;
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("wire://: ")) << settings;
  }
  testing::internal::CaptureStderr();
  EXPECT_EQ(open("wire://[delay=1ms]{shm:///no/such/switch}"), nullptr);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(open("wire://[delay=1ms]{nosuchmodule://x}"), nullptr);
  EXPECT_NE(errno, EPROTONOSUPPORT);
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
}

TEST_F(WirePlug, AChildOfAForkLeavesTheWireAlone) {
  const Connection wire = open_wire("delay=1ms");
  const Connection other = open(network());
  const pid_t child = ::fork();
  if (child == 0) {
    vde_close(wire.get());
    std::_Exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  send(wire, broadcast(1));
  EXPECT_EQ(wait_for_frame(other), 60);
}

TEST_F(WirePlug, VdePlugIsAClient) {
  const auto second = start_switch("b");
  const auto plug = start({"vde_plug", "wire://[delay=20ms]{" + network() + "}", network("b")});
  const Connection left = open(network("a"));
  const Connection right = open(network("b"));
  std::this_thread::sleep_for(500ms);
  const auto start_time = std::chrono::steady_clock::now();
  send(left, broadcast(1));
  EXPECT_EQ(wait_for_frame(right), 60);
  EXPECT_GE(std::chrono::steady_clock::now() - start_time, 20ms);
  send(right, broadcast(2));
  EXPECT_EQ(wait_for_frame(left), 60);
}

TEST_F(WirePlug, ProgramJoinsTwoNetworksAndIsChangedWhileItRuns) {
  const auto second = start_switch("b");
  const std::string control = top_ / "ctl";
  auto wire =
      start({kPrograms / "wire", network("a"), network("b"), "ctl=" + control, "loss=100%", "seed=9"});
  wait_for(control);
  const Connection left = open(network("a"));
  const Connection right = open(network("b"));
  send(left, broadcast(1));
  EXPECT_FALSE(is_readable(vde_datafd(right.get()), 300));
  EXPECT_THAT(run({kPrograms / "wire", "ctl", control, "show"}).output, "loss=100%\nseed=9\n");
  EXPECT_TRUE(run({kPrograms / "wire", "ctl", control, "set", "loss=0%", "lr.delay=5ms"}).status.success());
  send(left, broadcast(1));
  EXPECT_EQ(wait_for_frame(right), 60);
  EXPECT_THAT(run({kPrograms / "wire", "ctl", control, "state"}).output,
              HasSubstr("lr  in 2 frames, out 1, dropped by loss 1"));
  const auto refused = run({kPrograms / "wire", "ctl", control, "set", "loss=101%"});
  EXPECT_EQ(refused.status.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("wire: loss=101%: \"101%\" is more than 100%"));
  EXPECT_TRUE(wire->stop().success());
  EXPECT_FALSE(std::filesystem::exists(control));
}

TEST_F(WirePlug, ProgramEndsInASentence) {
  const auto result = [&](std::vector<std::string> words) {
    words.insert(words.begin(), kPrograms / "wire");
    return run(words);
  };
  EXPECT_EQ(result({network("a")}).status.code, 2);
  EXPECT_EQ(result({network("a"), network("b"), "loss=120%"}).status.code, 2);
  const auto missing = result({network("a"), network("nowhere")});
  EXPECT_EQ(missing.status.code, 1);
  EXPECT_THAT(missing.errors, HasSubstr("wire: open shm://"));
  EXPECT_THAT(result({"--help"}).output, HasSubstr("fq-codel"));
  // The end of a network is the end of the wire.
  auto second = start_switch("b");
  auto wire = start({kPrograms / "wire", network("a"), network("b")});
  std::this_thread::sleep_for(300ms);
  run({kPrograms / "shm_switch", "ctl", top_ / "b", "shutdown"});
  const auto status = wire->wait_for(5s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 1);
}

TEST_F(WirePlug, WirefilterRcFilesRun) {
  const auto second = start_switch("b");
  std::ofstream(top_ / "rc") << "delay LR60\ndelay RL1\nloss 0\n";
  for (const char* name : {"a", "b"})
    std::ofstream(top_ / (std::string(name) + ".vnl")) << network(name) << "\n";
  const auto wire = start({kPrograms / "wire", "--wirefilter", "-f", top_ / "rc", "-M", top_ / "ctl", "-v",
                           (top_ / "a.vnl").string() + ":" + (top_ / "b.vnl").string()});
  wait_for(top_ / "ctl");
  const Connection left = open(network("a"));
  const Connection right = open(network("b"));
  const auto start_time = std::chrono::steady_clock::now();
  send(left, broadcast(1));
  EXPECT_EQ(wait_for_frame(right), 60);
  EXPECT_GE(std::chrono::steady_clock::now() - start_time, 60ms);
}

}  // namespace
}  // namespace banco
