#include "impl/base/event_loop.hh"

#include <gtest/gtest.h>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

TEST(EventLoop, CallsTheHandlerOfAReadyDescriptor) {
  const Pipe pipe = make_pipe();
  EventLoop loop;
  int call_count = 0;
  loop.watch(pipe.read_end, EPOLLIN, [&](std::uint32_t events) {
    EXPECT_EQ(events, EPOLLIN);
    ++call_count;
  });
  EXPECT_FALSE(loop.run_once(std::chrono::milliseconds(0)));
  pipe.write_end.write_all("x");
  EXPECT_TRUE(loop.run_once(std::chrono::milliseconds(1000)));
  EXPECT_EQ(call_count, 1);
}

TEST(EventLoop, AHandlerMayForgetItselfAndOthers) {
  const Pipe first = make_pipe();
  const Pipe second = make_pipe();
  first.write_end.write_all("x");
  second.write_end.write_all("x");
  EventLoop loop;
  int call_count = 0;
  const auto forget_both = [&](std::uint32_t) {
    ++call_count;
    loop.forget(first.read_end);
    loop.forget(second.read_end);
  };
  loop.watch(first.read_end, EPOLLIN, forget_both);
  loop.watch(second.read_end, EPOLLIN, forget_both);
  EXPECT_TRUE(loop.run_once(std::chrono::milliseconds(1000)));
  EXPECT_FALSE(loop.run_once(std::chrono::milliseconds(0)));
  EXPECT_EQ(call_count, 1);
}

TEST(EventLoop, RefusesTheSameDescriptorTwice) {
  const Pipe pipe = make_pipe();
  EventLoop loop;
  loop.watch(pipe.read_end, EPOLLIN, [](std::uint32_t) {});
  EXPECT_THROW(loop.watch(pipe.read_end, EPOLLIN, [](std::uint32_t) {}), SystemError);
}

}  // namespace
}  // namespace banco::base
