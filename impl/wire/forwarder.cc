#include "impl/wire/forwarder.hh"

#include <sys/timerfd.h>

#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"

namespace banco::wire {
namespace {

// Frames of one end before the other has its turn.
constexpr int kBatch_count = 64;
// Rounds with frames before descriptors of others are looked at.
constexpr unsigned kBusyRounds_count = 16;

}  // namespace

Forwarder::Forwarder(base::EventLoop& loop, Wire& wire, End& left, End& right)
    : loop_(loop),
      wire_(wire),
      ends_{&left, &right},
      timer_(base::check_system_call("timerfd_create",
                                     ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))),
      buffer_(vde::kMaxFrameBytes) {
  for (const End* end : ends_) loop_.watch_number(end->data_descriptor(), EPOLLIN, [](std::uint32_t) {});
  loop_.watch(timer_, EPOLLIN, [this](std::uint32_t) {
    std::array<std::byte, 8> count{};
    timer_.read(count);
    timer_set_to_ = kNever;
  });
}

Forwarder::~Forwarder() {
  for (const End* end : ends_) loop_.forget_number(end->data_descriptor());
  loop_.forget(timer_);
}

bool Forwarder::move_from(Way way, Time now) noexcept {
  End& from = *ends_[way];
  End& to = *ends_[1 - way];
  Counters& counters = wire_.channel(way).counters();
  counters.dropped_ingress += from.take_ingress_drops();
  counters.dropped_egress += to.take_egress_drops();
  int count = 0;
  for (; count < kBatch_count; ++count) {
    const auto arrival = from.receive(buffer_, now);
    if (!arrival) break;
    const std::span<const std::byte> frame(buffer_.data(), arrival->frame_bytes);
    if (wire_.offer(way, arrival->at, frame) && !to.send(frame)) ++counters.dropped_egress;
  }
  return count > 0;
}

bool Forwarder::deliver(Time now) noexcept {
  bool any = false;
  wire_.deliver(now, [&](Way way, std::span<const std::byte> frame) {
    any = true;
    if (!ends_[1 - way]->send(frame)) ++wire_.channel(way).counters().dropped_egress;
  });
  return any;
}

void Forwarder::run_once() {
  const Time now = monotonic_now();
  bool any = false;
  for (const Way way : kWays) any |= move_from(way, now);
  any |= deliver(now);
  if (!any) {
    sleep();
  } else if (++busy_rounds_ % kBusyRounds_count == 0) {
    loop_.run_once(std::chrono::milliseconds(0));
  }
}

void Forwarder::sleep() {
  for (End* end : ends_)
    if (!end->fall_asleep()) return;
  const Time next = wire_.next_event();
  if (next != timer_set_to_) {
    itimerspec when{};
    if (next != kNever) {
      // Zero would disarm it.
      const Time::rep at_ns = std::max(next.count(), Time::rep{1});
      when.it_value = {.tv_sec = at_ns / 1'000'000'000, .tv_nsec = at_ns % 1'000'000'000};
    }
    base::check_system_call("timerfd_settime",
                            ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &when, nullptr));
    timer_set_to_ = next;
  }
  loop_.run_once();
}

}  // namespace banco::wire
