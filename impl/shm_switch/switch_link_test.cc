// A port whose control process has no time for it, and a port without memory: neither waits, ends, nor
// forgets.
#include "impl/shm_switch/switch_link.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <new>

#include "impl/shm_switch/raw_port.hh"
#include "impl/shm_switch/test_switch.hh"

namespace {

// How many more allocations this thread gets; negative: all.
thread_local int allocations_left = -1;

}  // namespace

void* operator new(std::size_t bytes) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* const result = std::malloc(bytes);
  if (result == nullptr) throw std::bad_alloc();
  return result;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace banco::shm_switch {
namespace {

// A switch that lets nobody in: one client fills its backlog.
class BusySwitch {
 public:
  explicit BusySwitch(std::filesystem::path path)
      : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    std::filesystem::create_directories(path_);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = path_ / "ctl.new";
    std::memcpy(address.sun_path, name.data(), name.size());
    EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(socket_.number(), 0), 0);
    std::filesystem::rename(name, path_ / "ctl");
    first_ = connect_raw(path_);
    EXPECT_TRUE(first_.is_open());
    EXPECT_FALSE(connect_raw(path_).is_open());
  }
  base::FileDescriptor accept() const {
    if (!socket_.wait_for(POLLIN, std::chrono::seconds(2))) return {};
    return base::FileDescriptor(::accept(socket_.number(), nullptr, nullptr));
  }

 private:
  std::filesystem::path path_;
  base::FileDescriptor socket_;
  base::FileDescriptor first_;
};

TEST(SwitchLink, OpenGivesUpWhenControlHasNoTime) {
  std::string name = std::filesystem::temp_directory_path() / "shm_switch_test.XXXXXX";
  const std::filesystem::path top = ::mkdtemp(name.data());
  auto busy = std::make_unique<BusySwitch>(top);
  auto opened = std::async(std::launch::async, [&] {
    try {
      SwitchLink link({.path = top});
    } catch (const OpenError& error) {
      return std::pair(error.error_number(), std::string(error.what()));
    }
    return std::pair(0, std::string());
  });
  EXPECT_EQ(opened.wait_for(std::chrono::seconds(8)), std::future_status::ready);
  busy.reset();
  EXPECT_EQ(opened.get(), std::pair(ETIMEDOUT, "the switch at " + top.string() + " does not answer"));
  std::filesystem::remove_all(top);
}

TEST(SwitchLink, FindsControlThatHasNoTimeAtFirstAndNeverWaitsForIt) {
  TestSwitch test;
  SwitchLink link({.path = test.path()});
  test.stop();
  auto busy = std::make_unique<BusySwitch>(test.path());
  auto tended = std::async(std::launch::async, [&] {
    link.tend();
    link.tend();
  });
  EXPECT_EQ(tended.wait_for(std::chrono::seconds(2)), std::future_status::ready);
  EXPECT_FALSE(link.knock(1));
  const auto first = busy->accept();
  // It sleeps in poll, as its client does: it must wake by itself.
  for (int i = 0; i < 3 && is_readable(link.data_descriptor(), 1000); ++i) link.silence_all();
  const auto again = busy->accept();
  EXPECT_TRUE(again.is_open() && is_readable(again, 1000)) << "no hello";
  busy.reset();
  tended.wait();
}

TEST(SwitchLink, LosesNothingWhileMemoryIsShort) {
  for (int left = 0; left < 24; ++left) {
    TestSwitch test;
    SwitchLink link({.path = test.path()});
    auto current = link.membership();
    const auto second = test.join();
    const auto third = test.join();
    allocations_left = left;
    link.refresh(current);
    link.refresh(current);
    allocations_left = -1;
    for (int i = 0; i < 20 && current->peers.size() < 2; ++i) {
      is_readable(link.data_descriptor(), 50);
      link.silence_all();
      link.refresh(current);
    }
    ASSERT_EQ(current->peers.size(), 2u) << left << " allocations";
    EXPECT_EQ(current->number, 1u);
  }
}

TEST(SwitchLink, KnockSaysWhetherControlGotIt) {
  TestSwitch test;
  SwitchLink link({.path = test.path()});
  EXPECT_TRUE(link.knock(2));
  test.in_control([&](Control&) {
    int sent = 0;
    while (link.knock(2) && sent < 100'000) ++sent;
    EXPECT_LT(sent, 100'000);
  });
  test.stop();
  EXPECT_FALSE(link.knock(2));
}

}  // namespace
}  // namespace banco::shm_switch
