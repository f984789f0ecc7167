// FqCodel: a queue for each flow, served in turn by bytes, each under CoDel; flows that send little go first.
//
// Source  RFC 8290 sections 4.1 and 4.2.
#pragma once

#include <list>
#include <vector>

#include "impl/wire/codel.hh"
#include "impl/wire/discipline.hh"
#include "impl/wire/frame_queue.hh"

namespace banco::wire {

class FqCodel : public Discipline {
 public:
  FqCodel(const Queue& settings, std::uint64_t flow_seed, Counters& counters);

  void push(Frame frame) override;
  std::optional<Frame> pop(Time now) override;
  std::uint64_t frame_count() const override { return frame_count_; }
  std::uint64_t bytes() const override { return bytes_; }

 private:
  struct Flow {
    FrameQueue queue;
    Codel codel;
    std::int64_t deficit_bytes = 0;
    bool is_listed = false;
  };
  void drop_from_longest();
  void removed(std::uint64_t frames, std::uint64_t bytes) noexcept;

  Queue settings_;
  std::uint64_t flow_seed_;
  Counters& counters_;
  std::vector<Flow> flows_;
  std::list<Flow*> new_flows_;
  std::list<Flow*> old_flows_;
  std::uint64_t frame_count_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace banco::wire
