// The disciplines with one queue, tail drop and CoDel, and the choice among all.
#include "impl/wire/discipline.hh"

#include "impl/wire/codel.hh"
#include "impl/wire/fq_codel.hh"
#include "impl/wire/frame_queue.hh"

namespace banco::wire {
namespace {

class OneQueue : public Discipline {
 public:
  OneQueue(const Queue& settings, Counters& counters) : settings_(settings), counters_(counters) {}

  void push(Frame frame) override {
    if (queue_.frame_count() + 1 > settings_.frames_limit ||
        queue_.bytes() + frame.size_bytes() > settings_.bytes_limit) {
      ++counters_.dropped_queue;
      return;
    }
    queue_.push(std::move(frame));
  }

  std::uint64_t frame_count() const override { return queue_.frame_count(); }
  std::uint64_t bytes() const override { return queue_.bytes(); }

 protected:
  Queue settings_;
  Counters& counters_;
  FrameQueue queue_;
};

class TailDrop : public OneQueue {
 public:
  using OneQueue::OneQueue;
  std::optional<Frame> pop(Time /*now*/) override {
    if (queue_.empty()) return std::nullopt;
    return queue_.pop();
  }
};

class OneCodel : public OneQueue {
 public:
  using OneQueue::OneQueue;
  std::optional<Frame> pop(Time now) override { return codel_.pop(queue_, now, settings_, counters_); }

 private:
  Codel codel_;
};

}  // namespace

std::unique_ptr<Discipline> make_discipline(const Queue& queue, std::uint64_t flow_seed, Counters& counters) {
  switch (queue.discipline) {
    case Queue::Discipline::kTailDrop:
      return std::make_unique<TailDrop>(queue, counters);
    case Queue::Discipline::kCodel:
      return std::make_unique<OneCodel>(queue, counters);
    case Queue::Discipline::kFqCodel:
      break;
  }
  return std::make_unique<FqCodel>(queue, flow_seed, counters);
}

}  // namespace banco::wire
