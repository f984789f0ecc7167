// Control beside ports that fill what it keeps for them, or that leave it no descriptor: it neither waits nor
// ends, and honest ports keep their service.
#include "impl/shm_switch/control.hh"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <set>

#include "impl/shm_switch/raw_port.hh"
#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

using base::FileDescriptor;

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

// Leaves the whole process, so control as well, that many descriptors.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 300;
    ::setrlimit(RLIMIT_NOFILE, &few);
    const FileDescriptor nothing = base::open_file("/dev/null", O_RDONLY);
    while (true) {
      FileDescriptor one(::dup(nothing.number()));
      if (!one.is_open()) break;
      taken_.push_back(std::move(one));
    }
    taken_.resize(taken_.size() - count + 1);  // one more goes with `nothing`
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
  std::vector<FileDescriptor> taken_;
};

// Control has done what it was asked for before.
void settle(TestSwitch& test) {
  for (int i = 0; i < 2; ++i) test.in_control([](Control&) {});
}

TEST(Control, RefusesBellThatIsNoSocket) {
  TestSwitch test;
  for (const bool hang_up : {false, true}) {
    const auto pipe = base::make_pipe();
    RawHello hello;
    (hang_up ? hello.hang_up : hello.bell) = pipe.write_end.duplicate();
    const auto socket = connect_raw(test.path());
    hello.say(socket);
    const auto said = answer(socket);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->kind, MessageKind::kRefused);
    EXPECT_STREQ(said->text.data(), hang_up ? "the port's hang-up socket is no Unix socket: another version?"
                                            : "the port's bell is no Unix socket: another version?");
  }
}

TEST(Control, DoesNotWaitForPortThatNeverReadsItsBell) {
  TestSwitch test;
  SwitchLink honest({.path = test.path()});
  const RawHello hello;
  while (::send(hello.bell.number(), "", 1, MSG_DONTWAIT) == 1) {
  }
  const auto socket = connect_raw(test.path());
  hello.say(socket);
  ASSERT_EQ(answer(socket)->kind, MessageKind::kWelcome);
  ASSERT_TRUE(honest.knock(2));
  EXPECT_EQ(test.join()->number(), 3u);
}

TEST(Control, KeepsLittleForPortThatReadsNothingWhileOthersComeAndGo) {
  TestSwitch test;
  const RawHello hello;
  const auto deaf = connect_raw(test.path());
  hello.say(deaf);
  ASSERT_EQ(answer(deaf)->kind, MessageKind::kWelcome);
  const auto before = open_descriptors();
  for (int i = 0; i < 500; ++i) {
    const auto socket = connect_raw(test.path());
    hello.say(socket);
    ASSERT_EQ(answer(socket)->kind, MessageKind::kWelcome) << i;
  }
  const auto stays = test.join();
  settle(test);
  EXPECT_LT(open_descriptors(), before + 40);
  // When it reads at last, it knows who is there.
  std::set<std::uint32_t> peers;
  bool closed = false;
  while (deaf.wait_for(POLLIN, std::chrono::milliseconds(500))) {
    const auto received = receive_message(deaf, closed);
    ASSERT_TRUE(received);
    if (received->message.kind == MessageKind::kPeerJoined) peers.insert(received->message.number);
    if (received->message.kind == MessageKind::kPeerLeft) peers.erase(received->message.number);
  }
  EXPECT_EQ(peers, std::set{stays->number()});
}

TEST(Control, TellsNewcomerThatItKnowsEverybodyAlsoWhenSomeHaveLeftMeanwhile) {
  TestSwitch test({.port_count = 128});
  // Isolated: they know only the newcomer, not each other.
  test.in_control([](Control& control) {
    for (std::uint32_t i = 1; i <= 120; ++i) control.set_isolated(i, true);
  });
  const RawHello hello;
  std::vector<FileDescriptor> there;
  for (int i = 0; i < 120; ++i) {
    hello.say(there.emplace_back(connect_raw(test.path())));
    ASSERT_EQ(answer(there.back())->kind, MessageKind::kWelcome);
  }
  const auto newcomer = connect_raw(test.path());
  hello.say(newcomer);
  settle(test);
  there.resize(100);
  settle(test);
  std::vector<MessageKind> kinds;
  while (const auto message = answer(newcomer)) {
    kinds.push_back(message->kind);
    if (message->kind == MessageKind::kSettings) break;
  }
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.front(), MessageKind::kWelcome);
  EXPECT_EQ(kinds.back(), MessageKind::kSettings);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), MessageKind::kPeerJoined), 100);
}

TEST(Control, PutsItsCommandLineBeforeWhatItsPredecessorHadSet) {
  TestSwitch test({.ageing_s = 20});
  test.in_control([](Control& control) {
    control.set_ageing(50);
    control.set_hub(true);
  });
  test.stop();
  test.start();
  test.in_control([](Control& control) {
    EXPECT_EQ(control.switch_settings().ageing_s, 20u);
    EXPECT_EQ(control.switch_settings().hub, 1u);
  });
}

TEST(Control, EvictsTheOldestStranger) {
  TestSwitch test;
  std::vector<FileDescriptor> strangers;
  const auto come = [&] {
    auto socket = connect_raw(test.path());
    settle(test);
    return socket;
  };
  FileDescriptor gone = come();
  for (int i = 0; i < 63; ++i) strangers.push_back(come());
  gone.close();
  settle(test);
  const FileDescriptor youngest = come();  // with the lowest number
  const FileDescriptor one_too_many = come();
  EXPECT_TRUE(is_readable(strangers.front(), 1000));
  EXPECT_FALSE(is_readable(strangers[1]));
  EXPECT_FALSE(is_readable(youngest));
}

TEST(Control, GoesOnHoweverFewDescriptorsAreLeftForHello) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const RawHello hello;
  for (std::size_t count = 0; count < 24; ++count) {
    const auto socket = connect_raw(test.path());
    settle(test);
    const FewDescriptors few(count);
    hello.say(socket);
    settle(test);
  }
  EXPECT_EQ(test.join()->number(), 3u);
  a->send(frame(kBroadcast, address_of(1)));
  EXPECT_TRUE(wait_for(*b));
}

double control_cpu_s(TestSwitch& test) {
  timespec used{};
  test.in_control([&](Control&) { ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used); });
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

TEST(Control, SleepsWhileThereIsNoDescriptorForWhoConnectsAndLetsItInLater) {
  TestSwitch test;
  FileDescriptor socket;
  {
    FewDescriptors few(1);
    socket = connect_raw(test.path());
    ASSERT_TRUE(socket.is_open());
    const double before_s = control_cpu_s(test);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_LT(control_cpu_s(test) - before_s, 0.1);
  }
  RawHello().say(socket);
  const auto said = answer(socket);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->kind, MessageKind::kWelcome);
}

TEST(Control, DropsStrangersForWhoConnectsWhenThereIsNoDescriptor) {
  TestSwitch test;
  const auto silent = connect_raw(test.path());
  settle(test);
  FileDescriptor socket;
  {
    FewDescriptors few(1);
    socket = connect_raw(test.path());
    EXPECT_TRUE(is_readable(silent, 1000));
  }
  RawHello().say(socket);
  EXPECT_TRUE(answer(socket));
}

TEST(Control, SurvivesThatItsStateCannotBeSaved) {
  TestSwitch test;
  const auto a = test.join();
  auto b = test.join();
  settle(test);
  const std::filesystem::path elsewhere = test.path().string() + ".gone";
  std::filesystem::rename(test.path(), elsewhere);
  b.reset();
  settle(test);
  test.in_control([](Control& control) { EXPECT_EQ(control.ports().size(), 1u); });
  EXPECT_FALSE(std::filesystem::exists(test.path()));
  std::filesystem::rename(elsewhere, test.path());
  const auto knows_b = [&] {
    return base::read_file(test.path() / "state").find("\"number\":2") != std::string::npos;
  };
  EXPECT_TRUE(knows_b());
  for (int i = 0; i < 100 && knows_b(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(knows_b());
}

}  // namespace
}  // namespace banco::shm_switch
