#include "impl/wire/fq_codel.hh"

#include <algorithm>

#include "impl/wire/packet.hh"

namespace banco::wire {
namespace {

constexpr std::uint64_t kDropBatch_count = 64;

}  // namespace

FqCodel::FqCodel(const Queue& settings, std::uint64_t flow_seed, Counters& counters)
    : settings_(settings), flow_seed_(flow_seed), counters_(counters), flows_(settings.flow_count) {}

void FqCodel::removed(std::uint64_t frames, std::uint64_t bytes) noexcept {
  frame_count_ -= frames;
  bytes_ -= bytes;
}

void FqCodel::push(Frame frame) {
  Flow& flow = flows_[flow_of(frame.bytes(), flow_seed_) % flows_.size()];
  ++frame_count_;
  bytes_ += frame.size_bytes();
  flow.queue.push(std::move(frame));
  if (!flow.is_listed) {
    flow.is_listed = true;
    flow.deficit_bytes = settings_.quantum_bytes;
    new_flows_.push_back(&flow);
  }
  while (frame_count_ > settings_.frames_limit || bytes_ > settings_.bytes_limit) drop_from_longest();
}

// Half of it at a time, since finding it costs a look at every flow.
void FqCodel::drop_from_longest() {
  Flow& longest = *std::max_element(flows_.begin(), flows_.end(), [](const Flow& one, const Flow& other) {
    return one.queue.bytes() < other.queue.bytes();
  });
  const std::uint64_t half_bytes = longest.queue.bytes() / 2;
  std::uint64_t dropped_count = 0;
  do {
    const Frame dropped = longest.queue.pop();
    removed(1, dropped.size_bytes());
    ++counters_.dropped_queue;
  } while (++dropped_count < kDropBatch_count && !longest.queue.empty() &&
           longest.queue.bytes() > half_bytes);
}

std::optional<Frame> FqCodel::pop(Time now) {
  for (;;) {
    std::list<Flow*>& list = new_flows_.empty() ? old_flows_ : new_flows_;
    if (list.empty()) return std::nullopt;
    const auto front = list.begin();
    Flow& flow = **front;
    if (flow.deficit_bytes <= 0) {
      flow.deficit_bytes += settings_.quantum_bytes;
      old_flows_.splice(old_flows_.end(), list, front);
      continue;
    }
    const std::uint64_t frames_before = flow.queue.frame_count();
    const std::uint64_t bytes_before = flow.queue.bytes();
    std::optional<Frame> frame = flow.codel.pop(flow.queue, now, settings_, counters_);
    removed(frames_before - flow.queue.frame_count(), bytes_before - flow.queue.bytes());
    if (!frame) {
      // A new flow that is empty waits its turn among the old ones first: otherwise it would always be new.
      if (&list == &new_flows_ && !old_flows_.empty()) {
        old_flows_.splice(old_flows_.end(), list, front);
      } else {
        flow.is_listed = false;
        list.erase(front);
      }
      continue;
    }
    flow.deficit_bytes -= static_cast<std::int64_t>(frame->size_bytes());
    return frame;
  }
}

}  // namespace banco::wire
