#include "impl/wire/wire.hh"

#include <algorithm>
#include <stdexcept>

namespace banco::wire {
namespace {

// Streams of the seed; each channel makes more of its own.
constexpr std::uint64_t kChannelStreams = 100;  // and the next
constexpr std::uint64_t kChainStream = 102;

std::uint64_t channel_seed(const Settings& settings, Way way) {
  return Random(settings.seed.value(), kChannelStreams + way).next();
}

}  // namespace

Wire::Wire(Settings settings, Time now)
    : settings_(std::move(settings)),
      channels_{Channel(pool_, channel_seed(settings_, kLeftToRight), settings_.line_limit_bytes),
                Channel(pool_, channel_seed(settings_, kRightToLeft), settings_.line_limit_bytes)},
      chain_random_(settings_.seed.value(), kChainStream),
      started_(now),
      now_(now) {
  enter(0, now);
  if (has_chain()) next_step_ = now + settings_.step;
}

bool Wire::has_chain() const noexcept {
  return settings_.states.size() > 1;
}

void Wire::enter(std::size_t state, Time now) {
  state_ = state;
  for (const Way way : kWays) channels_[way].set(settings_.states[state].ways[way], now);
}

void Wire::set(const std::vector<std::string>& settings, Time now) {
  advance(now);
  change(settings_, settings);
  enter(state_, now_);
  if (has_chain()) next_step_ = std::min(next_step_, now_ + settings_.step);
}

void Wire::step(Time now) {
  double drawn = chain_random_.uniform();
  const std::vector<double>& ratios = settings_.states[state_].next_ratio;
  for (std::size_t to = 0; to < ratios.size(); ++to) {
    if (drawn < ratios[to]) {
      enter(to, now);
      return;
    }
    drawn -= ratios[to];
  }
}

void Wire::follow_timetable(Time now) {
  try {
    change(settings_, {settings_.timetable[timetable_next_++].setting});
    enter(state_, now);
  } catch (const std::invalid_argument&) {
    // Checked when the wire began; what was set since then by hand may not go with it, and stays.
  }
}

bool Wire::offer(Way way, Time now, std::span<const std::byte> frame) noexcept {
  advance(now);
  Channel& channel = channels_[way];
  if (channel.is_transparent()) {
    channel.pass(frame.size());
    return true;
  }
  channel.offer(now_, frame);
  return false;
}

Time Wire::next_event() const noexcept {
  Time next = std::min(channels_[kLeftToRight].next_event(), channels_[kRightToLeft].next_event());
  if (timetable_next_ < settings_.timetable.size())
    next = std::min(next, started_ + settings_.timetable[timetable_next_].at);
  return std::min(next, next_step_);
}

void Wire::advance(Time now) noexcept {
  // Stamps of two threads may be a little out of order; time itself is not.
  now_ = std::max(now_, now);
  for (;;) {
    const Time change_at = timetable_next_ < settings_.timetable.size()
                               ? started_ + settings_.timetable[timetable_next_].at
                               : kNever;
    const Time next = std::min(change_at, next_step_);
    if (next > now_) break;
    for (Channel& channel : channels_) channel.advance(next);
    if (next == change_at) {
      follow_timetable(next);
    } else {
      next_step_ += settings_.step;
      step(next);
    }
  }
  for (Channel& channel : channels_) channel.advance(now_);
}

}  // namespace banco::wire
