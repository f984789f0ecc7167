#include "impl/wire/forwarder.hh"

#include <sys/timerfd.h>

#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"

namespace banco::wire {
namespace {

// Frames of one end before the other has its turn.
constexpr std::size_t kBatch_count = 64;
// Rounds with frames before descriptors of others are looked at.
constexpr unsigned kBusyRounds_count = 16;
// After a stream of so many frames, the next are waited for without sleeping, for so long.
constexpr std::size_t kDenseStream_count = 256;
constexpr Time kPatience = std::chrono::microseconds(30);
// At most so much is spent looking before a frame is due.
constexpr Time kLeadLimit = std::chrono::microseconds(200);
constexpr int kLeadMemory = 8;

}  // namespace

Forwarder::Forwarder(base::EventLoop& loop, Wire& wire, End& left, End& right, Captures& captures)
    : loop_(loop),
      wire_(wire),
      ends_{&left, &right},
      captures_(captures),
      timer_(base::check_system_call("timerfd_create",
                                     ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))),
      buffer_(vde::kMaxFrameBytes) {
  for (const End* end : ends_) loop_.watch_number(end->data_descriptor(), EPOLLIN, [](std::uint32_t) {});
  loop_.watch(timer_, EPOLLIN, [this](std::uint32_t) { timer_rang(); });
}

Forwarder::~Forwarder() {
  for (const End* end : ends_) loop_.forget_number(end->data_descriptor());
  loop_.forget(timer_);
}

std::size_t Forwarder::move_from(Way way, Time now) noexcept {
  End& from = *ends_[way];
  Counters& counters = wire_.channel(way).counters();
  counters.dropped_ingress += from.take_ingress_drops();
  counters.dropped_egress += ends_[1 - way]->take_egress_drops();
  std::size_t count = 0;
  for (; count < kBatch_count; ++count) {
    const auto arrival = from.receive(buffer_, now);
    if (!arrival) break;
    const std::span<const std::byte> frame(buffer_.data(), arrival->frame_bytes);
    if (way == kLeftToRight && !captures_.is_empty()) captures_.add(way, frame);
    if (wire_.offer(way, arrival->at, frame)) send(way, frame);
  }
  return count;
}

void Forwarder::send(Way way, std::span<const std::byte> frame) noexcept {
  if (way == kRightToLeft && !captures_.is_empty()) captures_.add(way, frame);
  if (!ends_[1 - way]->send(frame)) ++wire_.channel(way).counters().dropped_egress;
}

std::size_t Forwarder::deliver(Time now) noexcept {
  std::size_t count = 0;
  wire_.deliver(now, [&](Way way, std::span<const std::byte> frame) {
    ++count;
    send(way, frame);
  });
  return count;
}

void Forwarder::run_once() {
  const Time now = monotonic_now();
  std::size_t moved_count = deliver(now);
  for (const Way way : kWays) moved_count += move_from(way, now);
  if (moved_count > 0) {
    for (End* end : ends_) end->flush();
    captures_.flush();  // a stream may not let us sleep for long
    stream_count_ += moved_count;
    busy_at_ = now;
    if (++busy_rounds_ % kBusyRounds_count == 0) loop_.run_once(std::chrono::milliseconds(0));
  } else if (stream_count_ < kDenseStream_count || now - busy_at_ > kPatience) {
    stream_count_ = 0;
    sleep();
  }
}

void Forwarder::sleep() {
  const Time next = wire_.next_event();
  if (next != kNever && next - lead_ <= monotonic_now()) return;
  for (End* end : ends_)
    if (!end->fall_asleep()) return;
  captures_.flush();
  set_timer(next == kNever ? kNever : next - lead_);
  loop_.run_once();
}

void Forwarder::set_timer(Time when) {
  if (when == timer_set_to_) return;
  itimerspec setting{};  // zeros disarm it
  if (when != kNever)
    setting.it_value = {.tv_sec = when.count() / 1'000'000'000, .tv_nsec = when.count() % 1'000'000'000};
  base::check_system_call("timerfd_settime",
                          ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &setting, nullptr));
  timer_set_to_ = when;
}

void Forwarder::timer_rang() {
  std::array<std::byte, 8> count{};
  timer_.read(count);
  const Time late = std::min(monotonic_now() - timer_set_to_, kLeadLimit);
  lead_ += (late - lead_) / kLeadMemory;
  timer_set_to_ = kNever;
}

}  // namespace banco::wire
