// libvdeplug_shm.so against the contract that clients of libvdeplug(3) rely on, and against clients and a
// control process that die at any moment. Through libvdeplug and the built module and programs, nothing of
// ours linked in.
#include <dlfcn.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/vde/plug_api.hh"

// memory_header.c
extern "C" unsigned long shm_pair_bytes_in_c(void);

namespace banco {
namespace {

using namespace std::chrono_literals;
using base::ChildProcess;
using testing::EndsWith;
using testing::HasSubstr;

const std::filesystem::path kPrograms = PROJECT_BINARY_DIR "/bin";
constexpr const char* kModules =
    PROJECT_BINARY_DIR "/lib/vdeplug:/usr/lib/x86_64-linux-gnu/vdeplug:/usr/lib/vdeplug";
constexpr std::size_t kBufferBytes = 9234;

struct CloseConnection {
  void operator()(VDECONN* connection) const { vde_close(connection); }
};
using Connection = std::unique_ptr<VDECONN, CloseConnection>;
using Bytes = std::vector<unsigned char>;

// A frame to everybody, from 02:00:00:00:00:`from`.
Bytes broadcast(unsigned char from, std::size_t bytes = 60) {
  Bytes frame(bytes, 0x5a);
  std::fill(frame.begin(), frame.begin() + 6, static_cast<unsigned char>(0xff));
  const std::array<unsigned char, 8> rest{2, 0, 0, 0, 0, from, 0x88, 0xb5};
  std::copy(rest.begin(), rest.end(), frame.begin() + 6);
  return frame;
}

short events_at(int descriptor, int timeout_ms) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) > 0 ? entry.revents : short{0};
}
bool readable(VDECONN* connection, int timeout_ms = 0) {
  return (events_at(vde_datafd(connection), timeout_ms) & POLLIN) != 0;
}

ssize_t send(VDECONN* connection, const Bytes& frame) {
  return vde_send(connection, frame.data(), frame.size(), 0);
}
ssize_t receive(VDECONN* connection, std::size_t buffer_bytes = kBufferBytes) {
  Bytes buffer(kBufferBytes);
  return vde_recv(connection, buffer.data(), buffer_bytes, 0);
}
// Waits for one frame as clients do: its length, 0 when there was none.
ssize_t wait_for_frame(VDECONN* connection, int timeout_ms = 2000) {
  while (readable(connection, timeout_ms)) {
    const ssize_t got = receive(connection);
    if (got != 1) return got;
  }
  return 0;
}
void drain(VDECONN* connection) {
  while (receive(connection) != 1) {
  }
}

std::set<std::string> open_descriptors() {
  std::set<std::string> result;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    result.insert(entry.path().filename());
  return result;
}
std::ptrdiff_t thread_count() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

class ShmContract : public testing::Test {
 protected:
  ShmContract() {
    ::setenv("VDEPLUGIN_PATH", kModules, 1);
    std::string name = std::filesystem::temp_directory_path() / "shm_contract.XXXXXX";
    top_ = ::mkdtemp(name.data());
    start_switch();
  }
  ~ShmContract() override {
    switch_.reset();
    std::filesystem::remove_all(top_);
  }

  std::string path() const { return top_ / "switch"; }
  void start_switch() {
    const auto pid_file = top_ / "pid";
    std::filesystem::remove(pid_file);
    switch_ = std::make_unique<ChildProcess>(base::ChildOptions{
        .command = {kPrograms / "shm_switch", "--nostdin", "-s", path(), "-p", pid_file, "-n", "8"}});
    for (int i = 0; i < 500 && !std::filesystem::exists(pid_file); ++i) std::this_thread::sleep_for(10ms);
  }
  Connection open(const std::string& parameters = "") const {
    std::string url = "shm://" + path() + parameters;
    std::string description = "contract";
    return Connection(vde_open(url.data(), description.data(), nullptr));
  }
  std::string ctl(const std::string& words) const {
    return base::run_command({.command = {kPrograms / "shm_switch", "ctl", path(), words}}, 10s).output;
  }
  bool ports_become(const std::string& count) const {
    for (int i = 0; i < 100; ++i) {
      if (ctl("showinfo").find("ports    " + count + " of") != std::string::npos) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  // A client in a process of its own: opens a port, does `body`, and waits to be killed.
  template <typename Body>
  pid_t client(const Body& body) const {
    base::Pipe ready = base::make_pipe();
    const pid_t pid = ::fork();
    if (pid == 0) {
      const Connection connection = open();
      body(connection.get());
      ready.write_end.write_all("x");
      while (true) ::pause();
    }
    ready.read_end.wait_for(POLLIN, 5s);
    return pid;
  }
  static void kill_and_reap(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  std::filesystem::path top_;
  std::unique_ptr<ChildProcess> switch_;
};

TEST_F(ShmContract, HeaderOfTheMemoryIsC) {
  EXPECT_GT(shm_pair_bytes_in_c(), 2UL << 20);
}

TEST_F(ShmContract, ModuleExportsVdeplugOpsAndNothingElse) {
  const auto symbols = base::run_command(
      {.command = {"nm", "-D", "--defined-only", PROJECT_BINARY_DIR "/lib/vdeplug/libvdeplug_shm.so"}}, 10s);
  ASSERT_TRUE(symbols.status.success()) << symbols.errors;
  EXPECT_EQ(std::count(symbols.output.begin(), symbols.output.end(), '\n'), 1) << symbols.output;
  EXPECT_THAT(symbols.output, EndsWith(" vdeplug_ops\n"));
}

TEST_F(ShmContract, RecvWithoutFrameGivesOne) {
  const Connection port = open();
  ASSERT_NE(port, nullptr);
  errno = 0;
  EXPECT_EQ(receive(port.get()), 1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(ShmContract, SendGivesTheLengthWhateverBecomesOfTheFrame) {
  const Connection one = open();
  const Connection two = open();
  for (const std::size_t bytes :
       {std::size_t{1}, std::size_t{13}, std::size_t{14}, std::size_t{60}, std::size_t{1514},
        std::size_t{9234}, std::size_t{9235}, std::size_t{70000}}) {
    Bytes frame = broadcast(1, std::max<std::size_t>(bytes, 14));
    frame.resize(bytes);
    EXPECT_EQ(send(one.get(), frame), static_cast<ssize_t>(bytes));
  }
  // Into a ring that nobody empties.
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(send(one.get(), broadcast(1)), 60);
}

TEST_F(ShmContract, DataDescriptorIsReadableOnlyWithAWholeFrame) {
  const Connection one = open();
  const Connection two = open();
  for (int round = 0; round < 200; ++round) {
    ASSERT_FALSE(readable(two.get())) << "round " << round;
    const int count = 1 + round % 3;
    for (int i = 0; i < count; ++i) send(one.get(), broadcast(1, 60 + static_cast<std::size_t>(round)));
    // One vde_recv for each wake-up, as QEMU does: readable until the last is taken.
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(readable(two.get(), 2000)) << "round " << round;
      ASSERT_EQ(receive(two.get()), 60 + round);
    }
  }
}

TEST_F(ShmContract, FrameLongerThanTheBufferIsDroppedNotCut) {
  const Connection one = open();
  const Connection two = open();
  send(one.get(), broadcast(1, 1514));
  send(one.get(), broadcast(1, 60));
  ASSERT_TRUE(readable(two.get(), 2000));
  EXPECT_EQ(receive(two.get(), 1000), 60);
  EXPECT_FALSE(readable(two.get()));
}

TEST_F(ShmContract, ControlDescriptorHangsUpWhenThePortIsThrownOutAndOnlyThen) {
  const Connection one = open();
  const Connection two = open("[port=5]");
  EXPECT_EQ(events_at(vde_ctlfd(one.get()), 0), 0);
  base::run_command({.command = {kPrograms / "shm_switch", "ctl", path(), "kick", "5"}}, 10s);
  EXPECT_NE(events_at(vde_ctlfd(two.get()), 2000), 0);
  EXPECT_EQ(events_at(vde_ctlfd(one.get()), 0), 0);
  EXPECT_EQ(send(two.get(), broadcast(2)), 60);
  EXPECT_EQ(receive(two.get()), 1);
  // An orderly end is told to everybody; a killed control process is not.
  switch_->signal(SIGTERM);
  EXPECT_NE(events_at(vde_ctlfd(one.get()), 2000), 0);
}

TEST_F(ShmContract, CloseLeavesNothingInTheProcess) {
  const auto before = open_descriptors();
  const auto threads_before = thread_count();
  for (int round = 0; round < 20; ++round) {
    const Connection one = open();
    const Connection two = open();
    send(one.get(), broadcast(1));
    EXPECT_EQ(wait_for_frame(two.get()), 60);
    EXPECT_EQ(thread_count(), threads_before) << "a module without threads";
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_TRUE(ports_become("0"));
}

TEST_F(ShmContract, FailedOpenLeavesNothingAndSaysWhy) {
  const auto refused = [&](std::string url) {
    const auto before = open_descriptors();
    std::string description = "contract";
    errno = 0;
    testing::internal::CaptureStderr();
    VDECONN* const connection = vde_open(url.data(), description.data(), nullptr);
    const int error = errno;
    const std::string words = testing::internal::GetCapturedStderr();
    EXPECT_EQ(connection, nullptr) << url;
    EXPECT_EQ(open_descriptors(), before) << url;
    EXPECT_THAT(words, HasSubstr("shm://"));
    return std::pair(error, words);
  };
  EXPECT_EQ(refused("shm://" + (top_ / "nowhere").string()).first, ENOENT);
  EXPECT_THAT(refused("shm://" + (top_ / "nowhere").string()).second, HasSubstr("shm_switch -s"));
  EXPECT_EQ(refused("shm://" + path() + "[port=4711]").first, EINVAL);
  EXPECT_EQ(refused("shm://" + path() + "[colour=red]").first, EINVAL);
  EXPECT_EQ(refused("shm://" + path() + "[vlan=4095]").first, EINVAL);
  const Connection first = open("[port=3]");
  EXPECT_EQ(refused("shm://" + path() + "[port=3]").first, EADDRINUSE);
  std::vector<Connection> all;
  for (int i = 0; i < 7; ++i) all.push_back(open());
  EXPECT_THAT(refused("shm://" + path()).second, HasSubstr("all 8 ports are taken"));
}

TEST_F(ShmContract, KilledClientsAreForgottenAndTheOthersGoOn) {
  const Connection one = open();
  const Connection two = open();
  for (int round = 0; round < 10; ++round) {
    const pid_t victim = client([](VDECONN* connection) {
      for (int i = 0; i < 1000; ++i) send(connection, broadcast(9));
    });
    kill_and_reap(victim);
    drain(one.get());
    drain(two.get());
    send(one.get(), broadcast(1));
    ASSERT_EQ(wait_for_frame(two.get()), 60) << "round " << round;
  }
  EXPECT_TRUE(ports_become("2"));
}

TEST_F(ShmContract, ControlMayBeKilledAndComeBackWhileFramesFlow) {
  const Connection one = open();
  const Connection two = open();
  send(two.get(), broadcast(2));
  drain(one.get());
  for (int round = 0; round < 5; ++round) {
    switch_->signal(SIGKILL);
    switch_->wait_for(2s);
    for (int i = 0; i < 100; ++i) {
      drain(one.get());  // clients look at both their descriptors
      send(one.get(), broadcast(1));
      ASSERT_EQ(wait_for_frame(two.get()), 60) << "round " << round;
    }
    EXPECT_EQ(events_at(vde_ctlfd(one.get()), 0), 0) << "established ports do not end with control";
    start_switch();
    for (int i = 0; i < 300 && ctl("showinfo").find("ports    2 of") == std::string::npos; ++i) {
      drain(one.get());
      drain(two.get());
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_THAT(ctl("showinfo"), HasSubstr("ports    2 of"));
    const Connection three = open();
    send(three.get(), broadcast(3));
    drain(two.get());
    send(three.get(), broadcast(3));
    EXPECT_EQ(wait_for_frame(two.get()), 60) << "a newcomer reaches the adopted";
  }
}

TEST_F(ShmContract, StoppedReceiverLosesItsFramesAndSlowsNobody) {
  const Connection one = open();
  const Connection two = open();
  const pid_t stopped = client([](VDECONN* connection) { send(connection, broadcast(9)); });
  drain(one.get());
  drain(two.get());
  const auto seconds_for_frames = [&] {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 200'000; ++i) {
      send(one.get(), broadcast(1));
      if (i % 32 == 0) drain(two.get());
    }
    drain(two.get());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  seconds_for_frames();  // its ring is full from here on
  const double with_sleeper = seconds_for_frames();
  ::kill(stopped, SIGSTOP);
  const double with_stopped = seconds_for_frames();
  EXPECT_LT(with_stopped, 3 * with_sleeper);
  // Each frame once for each receiver, and nearly all of one of them dropped.
  EXPECT_THAT(ctl("stats"), testing::ContainsRegex("   1  600000  36000000   600000   5[0-9]{5} "));
  kill_and_reap(stopped);
  send(one.get(), broadcast(1));
  EXPECT_EQ(wait_for_frame(two.get()), 60);
}

// vde_plug between our switch and a vde_switch.
TEST_F(ShmContract, BridgesToAnotherNetwork) {
  if (!base::find_program("vde_switch") || !base::find_program("vde_plug"))
    GTEST_SKIP() << "vde_switch and vde_plug, of Debian's vde2 and libvdeplug2, are missing";
  const std::string other = top_ / "vde";
  base::Pipe input = base::make_pipe();  // vde_switch ends with its standard input
  ChildProcess vde_switch({.command = {"vde_switch", "-s", other}, .standard_input = &input.read_end});
  for (int i = 0; i < 200 && !std::filesystem::exists(other + "/ctl"); ++i) std::this_thread::sleep_for(10ms);
  ChildProcess bridge({.command = {"vde_plug", "shm://" + path(), "vde://" + other}});
  ASSERT_TRUE(ports_become("1"));
  const Connection here = open();
  std::string url = "vde://" + other;
  std::string description = "contract";
  const Connection there(vde_open(url.data(), description.data(), nullptr));
  ASSERT_NE(there, nullptr);
  ssize_t got = 0;
  for (int i = 0; i < 50 && got != 100; ++i) {
    send(here.get(), broadcast(1, 100));
    if (events_at(vde_datafd(there.get()), 100) != 0) got = receive(there.get());
  }
  EXPECT_EQ(got, 100);
  send(there.get(), broadcast(2, 200));
  EXPECT_EQ(wait_for_frame(here.get()), 200);
}

}  // namespace
}  // namespace banco
