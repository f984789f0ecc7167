#include "impl/wire/channel.hh"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace banco::wire {
namespace {

// Streams of random numbers. New ones go to the end.
enum Stream : std::uint64_t { kLoss, kBitErrors, kDuplicate, kDelay, kReorder, kFlows };

// A Pareto distribution of this index has mean 1.5 and variance 0.75.
constexpr double kParetoIndex = 3;
constexpr double kParetoMean = 1.5;
const double kParetoDeviation = std::sqrt(0.75);

double deviation(const Jitter& jitter, Random& random) noexcept {
  switch (jitter.shape) {
    case Jitter::Shape::kUniform:
      return 2 * random.uniform() - 1;
    case Jitter::Shape::kNormal:
      return random.normal();
    case Jitter::Shape::kPareto:
      return (std::pow(1 - random.uniform(), -1 / kParetoIndex) - kParetoMean) / kParetoDeviation;
    case Jitter::Shape::kTable:
      break;
  }
  return (*jitter.table)[random.below(jitter.table->size())];
}

bool same_coin(const Loss& one, const Loss& other) {
  return one.ratio == other.ratio && one.mean_burst_frames == other.mean_burst_frames;
}
bool same_coin(const Reordering& one, const Reordering& other) {
  return one.ratio == other.ratio && one.correlation == other.correlation;
}
bool changes_nothing(const Impairments& what) {
  return what.delay == Time(0) && what.jitter.spread == Time(0) && what.loss.ratio == 0 &&
         what.loss.trace == nullptr && what.duplicate_ratio == 0 && what.bit_error_ratio == 0 &&
         what.rate.bps == 0 && what.mtu_bytes >= vde::kMaxMtuBytes;
}

std::size_t mtu_frame_bytes(std::span<const std::byte> frame, std::size_t mtu_bytes) {
  if (mtu_bytes >= vde::kMaxMtuBytes) return vde::kMaxFrameBytes;
  const bool has_tag = frame.size() >= vde::kMinFrameBytes && vde::vlan_tag_of(frame).has_value();
  return mtu_bytes + vde::kEthernetHeaderBytes + (has_tag ? vde::kVlanTagBytes : 0);
}

}  // namespace

Channel::Channel(FramePool& pool, std::uint64_t seed, std::uint64_t line_limit_bytes)
    : pool_(pool),
      seed_(seed),
      line_limit_bytes_(line_limit_bytes),
      loss_random_(seed, kLoss),
      error_random_(seed, kBitErrors),
      duplicate_random_(seed, kDuplicate),
      delay_random_(seed, kDelay),
      reorder_random_(seed, kReorder),
      queue_(make_discipline({}, Random(seed, kFlows).next(), counters_)),
      pacer_({}) {}

void Channel::set(const Impairments& impairments, Time now) {
  const Impairments before = std::exchange(impairments_, impairments);
  // What goes on as it was goes on where it was: in the middle of a burst, or of a frame.
  if (!same_coin(before.loss, impairments.loss))
    loss_ = impairments.loss.mean_burst_frames == 0
                ? Coin::independent(impairments.loss.ratio)
                : Coin::in_runs(impairments.loss.ratio, impairments.loss.mean_burst_frames);
  if (before.loss.trace != impairments.loss.trace) trace_frames_ = trace_next_ = 0;
  if (before.duplicate_ratio != impairments.duplicate_ratio)
    duplicate_ = Coin::independent(impairments.duplicate_ratio);
  if (!same_coin(before.reordering, impairments.reordering))
    reorder_ = Coin::correlated(impairments.reordering.ratio, impairments.reordering.correlation);
  if (before.bit_error_ratio != impairments.bit_error_ratio && impairments.bit_error_ratio > 0)
    good_bits_ = error_random_.failures_before_success(impairments.bit_error_ratio);
  if (before.rate != impairments.rate) pacer_ = Pacer(impairments.rate);
  if (before.queue != impairments.queue) {
    const auto old =
        std::exchange(queue_, make_discipline(impairments.queue, Random(seed_, kFlows).next(), counters_));
    while (auto frame = old->pop(now)) queue_->push(*std::move(frame));
  }
  is_transparent_ = changes_nothing(impairments_) && !sending_ && queue_->frame_count() == 0;
}

void Channel::pass(std::size_t frame_bytes) noexcept {
  ++counters_.frames_in;
  counters_.bytes_in += frame_bytes;
  ++counters_.frames_out;
  counters_.bytes_out += frame_bytes;
}

bool Channel::is_lost() noexcept {
  if (impairments_.loss.trace == nullptr) return loss_.toss(loss_random_);
  const std::vector<std::uint64_t>& lost = *impairments_.loss.trace;
  ++trace_frames_;
  if (trace_next_ == lost.size() || lost[trace_next_] != trace_frames_) return false;
  ++trace_next_;
  return true;
}

void Channel::corrupt(std::span<std::byte> bytes) noexcept {
  if (impairments_.bit_error_ratio <= 0) return;
  const std::uint64_t bit_count = bytes.size() * 8;
  bool is_hit = false;
  while (good_bits_ < bit_count) {
    bytes[good_bits_ / 8] ^= std::byte(1 << good_bits_ % 8);
    is_hit = true;
    good_bits_ += 1 + error_random_.failures_before_success(impairments_.bit_error_ratio);
  }
  good_bits_ -= bit_count;
  if (is_hit) ++counters_.corrupted;
}

void Channel::offer(Time now, std::span<const std::byte> frame) noexcept {
  ++counters_.frames_in;
  counters_.bytes_in += frame.size();
  if (frame.size() > mtu_frame_bytes(frame, impairments_.mtu_bytes)) {
    ++counters_.dropped_mtu;
    return;
  }
  if (is_lost()) {
    ++counters_.dropped_loss;
    return;
  }
  try {
    Frame first = pool_.copy(frame);
    corrupt(first.bytes());
    if (duplicate_.toss(duplicate_random_)) {
      ++counters_.duplicated;
      enqueue(pool_.copy(first.bytes()), now);
    }
    enqueue(std::move(first), now);
  } catch (const std::bad_alloc&) {
    ++counters_.dropped_line;
  }
}

void Channel::enqueue(Frame frame, Time now) {
  frame.queued = now;
  if (pacer_.is_unlimited() && !sending_) {
    put_on_line(std::move(frame), now);
    return;
  }
  queue_->push(std::move(frame));
  if (!sending_) start_sending(now);
}

void Channel::start_sending(Time now) {
  sending_ = queue_->pop(now);
  if (sending_) sent_at_ = pacer_.send(now, sending_->size_bytes());
}

void Channel::put_on_line(Frame frame, Time now) {
  if (line_bytes_ + frame.size_bytes() > line_limit_bytes_) {
    ++counters_.dropped_line;
    return;
  }
  Time due = now;
  if (is_reordered()) {
    ++counters_.reordered;
  } else {
    due += draw_delay();
    if (impairments_.fifo) due = last_due_ = std::max(due, last_due_);
  }
  line_bytes_ += frame.size_bytes();
  line_.push_back({due, ++line_number_, std::move(frame)});
  std::push_heap(line_.begin(), line_.end());
}

Time Channel::draw_delay() noexcept {
  const Jitter& jitter = impairments_.jitter;
  if (jitter.spread == Time(0)) return impairments_.delay;
  const double drawn_ns = static_cast<double>(jitter.spread.count()) * deviation(jitter, delay_random_);
  // A table may hold anything: an hour either way is enough, and cannot overflow.
  const double kMostNs = 3.6e12;
  const Time drawn(static_cast<Time::rep>(std::clamp(drawn_ns, -kMostNs, kMostNs)));
  return std::max(Time(0), impairments_.delay + drawn);
}

bool Channel::is_reordered() noexcept {
  const Reordering& reordering = impairments_.reordering;
  if (reordering.ratio <= 0) return false;
  if (++reorder_frames_ < reordering.gap || !reorder_.toss(reorder_random_)) return false;
  reorder_frames_ = 0;
  return true;
}

Time Channel::next_event() const noexcept {
  const Time arrival = line_.empty() ? kNever : line_.front().due;
  return sending_ ? std::min(sent_at_, arrival) : arrival;
}

void Channel::advance(Time now) noexcept {
  try {
    while (sending_ && sent_at_ <= now) {
      Frame sent = *std::exchange(sending_, std::nullopt);
      const Time when = sent_at_;
      put_on_line(std::move(sent), when);
      start_sending(when);
    }
  } catch (const std::bad_alloc&) {
    ++counters_.dropped_line;
    sending_.reset();
  }
  if (!sending_ && queue_->frame_count() == 0) is_transparent_ = changes_nothing(impairments_);
}

std::optional<Frame> Channel::take(Time now) noexcept {
  if (line_.empty() || line_.front().due > now) return std::nullopt;
  std::pop_heap(line_.begin(), line_.end());
  Frame frame = std::move(line_.back().frame);
  line_.pop_back();
  line_bytes_ -= frame.size_bytes();
  ++counters_.frames_out;
  counters_.bytes_out += frame.size_bytes();
  return frame;
}

}  // namespace banco::wire
