// A wire in invented time: what becomes of frames follows from seed, settings and when they came.
#include "impl/wire/wire.hh"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <numeric>

#include "impl/wire/test_frames.hh"

namespace banco::wire {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

struct Seen {
  std::uint64_t number;
  Time at;
  std::size_t size_bytes;
  bool operator==(const Seen&) const = default;
};

// Offers frames at given times and notes when each comes out, to the nanosecond.
class Bench {
 public:
  explicit Bench(std::vector<std::string> settings, std::uint64_t seed = 1)
      : wire_([&] {
          settings.push_back("seed=" + std::to_string(seed));
          return Wire(parse_settings(settings), kStart);
        }()) {}

  void offer(Way way, Time at, std::uint64_t number, std::size_t size_bytes = 100) {
    offer(way, at, numbered_frame(number, size_bytes));
  }
  void offer(Way way, Time at, std::vector<std::byte> frame) {
    run_to(at);
    if (wire_.offer(way, kStart + at, frame)) seen_[way].push_back({number_of(frame), at, frame.size()});
    run_to(at);
  }
  void run_to(Time at) {
    while (wire_.next_event() <= kStart + at) deliver(wire_.next_event());
    deliver(kStart + at);
  }
  void finish() { run_to(1h * 3); }

  Wire& wire() { return wire_; }
  const std::vector<Seen>& seen(Way way) const { return seen_[way]; }
  const Counters& counters(Way way) { return wire_.channel(way).counters(); }
  Time now() const { return kStart; }

 private:
  static constexpr Time kStart = 1000s;
  void deliver(Time now) {
    wire_.deliver(now, [&](Way way, std::span<const std::byte> frame) {
      seen_[way].push_back({number_of(frame), now - kStart, frame.size()});
    });
  }

  Wire wire_;
  std::array<std::vector<Seen>, 2> seen_;
};

struct Moments {
  double mean;
  double deviation;
};
Moments moments(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / count)};
}

TEST(Wire, PassesFramesAsTheyAreWhenNothingIsSet) {
  Bench bench({});
  bench.offer(kLeftToRight, 1ms, 1);
  bench.offer(kRightToLeft, 2ms, 2, 9234);
  EXPECT_THAT(bench.seen(kLeftToRight), ElementsAre(Seen{1, 1ms, 100}));
  EXPECT_THAT(bench.seen(kRightToLeft), ElementsAre(Seen{2, 2ms, 9234}));
}

TEST(Wire, DelaysToTheNanosecond) {
  for (const auto& [text, delay] : {std::pair{"delay=0.2ms", Time(200us)},
                                    {"delay=0.5ms", Time(500us)},
                                    {"delay=1ms", Time(1ms)},
                                    {"delay=200ms", Time(200ms)}}) {
    Bench bench({text});
    bench.offer(kLeftToRight, 7ms, 1);
    bench.finish();
    EXPECT_THAT(bench.seen(kLeftToRight), ElementsAre(Seen{1, 7ms + delay, 100})) << text;
  }
}

TEST(Wire, DirectionsKnowNothingOfEachOther) {
  Bench bench({"lr.delay=200ms", "rl.delay=10ms"});
  for (int i = 0; i < 50; ++i) {
    bench.offer(kLeftToRight, i * 10ms, static_cast<std::uint64_t>(i));
    bench.offer(kRightToLeft, i * 10ms, static_cast<std::uint64_t>(i));
  }
  bench.finish();
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(bench.seen(kLeftToRight)[static_cast<std::size_t>(i)].at, i * 10ms + 200ms);
    EXPECT_EQ(bench.seen(kRightToLeft)[static_cast<std::size_t>(i)].at, i * 10ms + 10ms);
  }
}

TEST(Wire, JitterHasItsMeanAndSpread) {
  for (const auto& [shape, spread_ms] :
       {std::pair{"normal", 3.0}, {"pareto", 3.0}, {"uniform", 3 / std::sqrt(3.0)}}) {
    Bench bench({"delay=20ms", std::string("jitter=3ms,") + shape});
    std::vector<double> delays_ms;
    constexpr int kCount = 40'000;
    for (int i = 0; i < kCount; ++i) bench.offer(kLeftToRight, i * 1s, static_cast<std::uint64_t>(i));
    bench.run_to(kCount * 1s + 1h);
    for (const Seen& seen : bench.seen(kLeftToRight))
      delays_ms.push_back(
          static_cast<double>((seen.at - static_cast<std::int64_t>(seen.number) * 1s).count()) / 1e6);
    const Moments found = moments(delays_ms);
    // Four standard errors of the mean; the spread of Pareto's long tail converges slowly.
    EXPECT_NEAR(found.mean, 20, 4 * spread_ms / std::sqrt(kCount)) << shape;
    EXPECT_NEAR(found.deviation / spread_ms, 1, std::string_view(shape) == "pareto" ? 0.15 : 0.02) << shape;
  }
}

TEST(Wire, JitterOfDenseTrafficFollowsTheFifoRecursion) {
  // The draws as they are when no frame has to wait for another.
  Bench apart({"delay=20ms", "jitter=10ms,normal"});
  Bench dense({"delay=20ms", "jitter=10ms,normal"});
  constexpr int kCount = 5000;
  for (int i = 0; i < kCount; ++i) {
    apart.offer(kLeftToRight, i * 1s, static_cast<std::uint64_t>(i));
    dense.offer(kLeftToRight, i * 1ms, static_cast<std::uint64_t>(i));
  }
  apart.run_to(3h);
  dense.run_to(3h);
  ASSERT_EQ(dense.seen(kLeftToRight).size(), static_cast<std::size_t>(kCount));
  Time last{0};
  for (int i = 0; i < kCount; ++i) {
    const Seen& drawn = apart.seen(kLeftToRight)[static_cast<std::size_t>(i)];
    const Seen& found = dense.seen(kLeftToRight)[static_cast<std::size_t>(i)];
    ASSERT_EQ(found.number, static_cast<std::uint64_t>(i)) << "out of order";
    last = std::max(last, i * 1ms + (drawn.at - i * 1s));
    ASSERT_EQ(found.at, last);
  }
}

TEST(Wire, WithoutFifoJitterPutsFramesOutOfOrder) {
  Bench bench({"delay=20ms", "jitter=10ms", "fifo=off"});
  for (std::uint64_t i = 0; i < 1000; ++i) bench.offer(kLeftToRight, i * 1ms, i);
  bench.finish();
  const auto& seen = bench.seen(kLeftToRight);
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_FALSE(std::is_sorted(seen.begin(), seen.end(),
                              [](const Seen& one, const Seen& other) { return one.number < other.number; }));
}

TEST(Wire, LosesTheShareThatIsAskedFor) {
  for (const double percent : {0.1, 1.0, 10.0}) {
    Bench bench({"loss=" + std::to_string(percent).substr(0, 4) + "%"});
    constexpr int kCount = 200'000;
    for (int i = 0; i < kCount; ++i) bench.offer(kLeftToRight, i * 1us, static_cast<std::uint64_t>(i));
    bench.finish();
    const double lost = kCount - static_cast<double>(bench.seen(kLeftToRight).size());
    const double expected = kCount * percent / 100;
    // 99.9 % of the binomial distribution.
    EXPECT_NEAR(lost, expected, 3.3 * std::sqrt(expected * (1 - percent / 100))) << percent;
    EXPECT_EQ(bench.counters(kLeftToRight).dropped_loss, static_cast<std::uint64_t>(lost));
  }
}

TEST(Wire, LosesInBurstsOfTheMeanLength) {
  Bench bench({"loss=10%,burst=8"});
  constexpr int kCount = 1'000'000;
  std::vector<bool> arrived(kCount);
  for (int i = 0; i < kCount; ++i) bench.offer(kLeftToRight, i * 1us, static_cast<std::uint64_t>(i));
  for (const Seen& seen : bench.seen(kLeftToRight)) arrived[seen.number] = true;
  int lost = 0;
  int bursts = 0;
  for (int i = 0; i < kCount; ++i) {
    if (arrived[static_cast<std::size_t>(i)]) continue;
    ++lost;
    if (i == 0 || arrived[static_cast<std::size_t>(i - 1)]) ++bursts;
  }
  EXPECT_NEAR(static_cast<double>(lost) / kCount, 0.1, 0.005);
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 8, 8 * 0.05);
}

TEST(Wire, LossTakesNoDrawsFromJitter) {
  Bench without({"delay=20ms", "jitter=3ms,normal", "duplicate=10%"});
  Bench with({"delay=20ms", "jitter=3ms,normal", "duplicate=10%", "loss=0.001%"});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    without.offer(kLeftToRight, i * 100ms, i);
    with.offer(kLeftToRight, i * 100ms, i);
  }
  without.finish();
  with.finish();
  ASSERT_EQ(with.counters(kLeftToRight).dropped_loss, 0u);
  EXPECT_EQ(with.seen(kLeftToRight), without.seen(kLeftToRight));
}

TEST(Wire, TheSameSeedDecidesTheSame) {
  const std::vector<std::string> settings{
      "delay=5ms",   "jitter=2ms,pareto", "loss=5%,burst=3", "duplicate=3%", "reorder=4%,correlation=25%",
      "rate=10Mbit", "queue=20p",         "ber=1e-5"};
  const auto run = [&](std::uint64_t seed) {
    Bench bench(settings, seed);
    for (std::uint64_t i = 0; i < 2000; ++i) bench.offer(kLeftToRight, i * 50us, i, 100 + i % 1000);
    bench.finish();
    return bench.seen(kLeftToRight);
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(Wire, WhenItIsLookedAtChangesNothing) {
  const std::vector<std::string> settings{
      "delay=5ms",    "jitter=2ms",   "rate=1Mbit",   "queue=3p",  "states=good,bad",
      "bad:loss=30%", "good>bad=20%", "bad>good=50%", "step=11ms", "at=201ms:rate=1500kbit",
      "seed=1"};
  const auto run = [&](Time look) {
    Wire wire(parse_settings(settings), 0s);
    std::vector<std::uint64_t> numbers;
    std::uint64_t sent = 0;
    for (Time now = 0s; now < 10s; now += look) {
      for (; sent * 3ms <= now && sent < 600; ++sent)
        wire.offer(kLeftToRight, sent * 3ms, numbered_frame(sent, 500));
      wire.deliver(now, [&](Way, std::span<const std::byte> frame) { numbers.push_back(number_of(frame)); });
    }
    EXPECT_GT(wire.channel(kLeftToRight).counters().dropped_loss, 0u);
    return numbers;
  };
  EXPECT_EQ(run(7ms), run(100us));
}

TEST(Wire, DuplicatesAndCorruptsAsOftenAsAsked) {
  Bench bench({"duplicate=5%", "ber=1e-5"});
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) bench.offer(kLeftToRight, i * 1us, static_cast<std::uint64_t>(i), 1000);
  bench.finish();
  EXPECT_NEAR(static_cast<double>(bench.counters(kLeftToRight).duplicated) / kCount, 0.05, 0.003);
  // A frame of 8000 bits is hit with 1 - (1 - 1e-5)^8000.
  EXPECT_NEAR(static_cast<double>(bench.counters(kLeftToRight).corrupted) / kCount, 0.0769, 0.004);
}

TEST(Wire, CorruptionFlipsSingleBits) {
  Bench bench({"ber=1e-4"});
  const auto sent = numbered_frame(0, 1000);
  std::map<std::size_t, int> flips;
  for (int i = 0; i < 1000; ++i) {
    bench.wire().offer(kLeftToRight, bench.now(), sent);
    bench.wire().deliver(bench.now(), [&](Way, std::span<const std::byte> frame) {
      for (std::size_t byte = 0; byte < frame.size(); ++byte)
        if (frame[byte] != sent[byte]) ++flips[byte];
    });
  }
  int all = 0;
  for (const auto& [byte, count] : flips) all += count;
  EXPECT_NEAR(all, 800, 4 * std::sqrt(800));
  EXPECT_GT(flips.rbegin()->first, 900u);  // up to the end of the frame
}

TEST(Wire, ReordersByNotDelaying) {
  Bench bench({"delay=10ms", "reorder=100%,gap=5"});
  for (std::uint64_t i = 1; i <= 20; ++i) bench.offer(kLeftToRight, i * 1ms, i);
  bench.finish();
  EXPECT_EQ(bench.counters(kLeftToRight).reordered, 4u);
  EXPECT_EQ(bench.seen(kLeftToRight).front().number, 5u);
  EXPECT_EQ(bench.seen(kLeftToRight).front().at, 5ms);
}

TEST(Wire, ARateIsTheTimeOfAFramesBits) {
  Bench bench({"rate=1Mbit", "delay=10ms"});
  for (std::uint64_t i = 0; i < 3; ++i) bench.offer(kLeftToRight, 0s, i, 1250);
  bench.finish();
  EXPECT_THAT(bench.seen(kLeftToRight),
              ElementsAre(Seen{0, 20ms, 1250}, Seen{1, 30ms, 1250}, Seen{2, 40ms, 1250}));
}

TEST(Wire, ARateThatDoesNotDivideLosesNothing) {
  Bench bench({"rate=3Gbit", "queue=2000p"});
  constexpr std::uint64_t kCount = 2000;
  for (std::uint64_t i = 0; i < kCount; ++i) bench.offer(kLeftToRight, 0s, i, 100);
  bench.finish();
  ASSERT_EQ(bench.seen(kLeftToRight).size(), kCount);
  EXPECT_NEAR(static_cast<double>(bench.seen(kLeftToRight).back().at.count()), kCount * 800 / 3.0, 2);
}

TEST(Wire, ABurstPassesAtOnceAndTheRestAtTheRate) {
  Bench bench({"rate=1Mbit,burst=3K"});
  for (std::uint64_t i = 0; i < 4; ++i) bench.offer(kLeftToRight, 0s, i, 1024);
  bench.finish();
  EXPECT_THAT(bench.seen(kLeftToRight),
              ElementsAre(Seen{0, 0ns, 1024}, Seen{1, 0ns, 1024}, Seen{2, 0ns, 1024}, Seen{3, 8192us, 1024}));
}

TEST(Wire, AFullQueueDropsItsTail) {
  Bench bench({"rate=1Mbit", "queue=2p"});
  for (std::uint64_t i = 0; i < 5; ++i) bench.offer(kLeftToRight, 0s, i, 1250);
  bench.finish();
  EXPECT_EQ(bench.seen(kLeftToRight).size(), 3u);  // one on its way, two that waited
  EXPECT_EQ(bench.counters(kLeftToRight).dropped_queue, 2u);
  Bench bytes({"rate=1Mbit", "queue=3000B"});
  for (std::uint64_t i = 0; i < 5; ++i) bytes.offer(kLeftToRight, 0s, i, 1250);
  bytes.finish();
  EXPECT_EQ(bytes.seen(kLeftToRight).size(), 3u);
}

TEST(Wire, TheLineIsBounded) {
  Bench bench({"delay=1s", "line=64K"});
  for (std::uint64_t i = 0; i < 100; ++i) bench.offer(kLeftToRight, 0s, i, 1000);
  bench.finish();
  EXPECT_EQ(bench.seen(kLeftToRight).size(), 65u);
  EXPECT_EQ(bench.counters(kLeftToRight).dropped_line, 35u);
  for (std::uint64_t i = 0; i < 65; ++i) bench.offer(kLeftToRight, 1h * 3, i, 1000);
  EXPECT_EQ(bench.counters(kLeftToRight).dropped_line, 35u) << "room is given back";
}

TEST(Wire, DropsFramesLongerThanItsMtu) {
  Bench bench({"mtu=1500"});
  bench.offer(kLeftToRight, 0s, 1, 1514);
  bench.offer(kLeftToRight, 0s, 2, 1515);
  auto tagged = numbered_frame(3, 1518);
  vde::store16(tagged, vde::kEtherTypeOffset, vde::kEtherTypeVlan);
  bench.offer(kLeftToRight, 0s, tagged);
  EXPECT_EQ(bench.seen(kLeftToRight).size(), 2u);
  EXPECT_EQ(bench.counters(kLeftToRight).dropped_mtu, 1u);
}

TEST(Wire, FollowsItsTimetable) {
  Bench bench({"at=1s:delay=50ms", "at=2s:loss=100%", "at=3s:loss=0%", "at=3s:lr.delay=0s"});
  for (std::uint64_t i = 0; i < 4; ++i) bench.offer(kLeftToRight, i * 1s + 500ms, i);
  bench.finish();
  EXPECT_THAT(bench.seen(kLeftToRight),
              ElementsAre(Seen{0, 500ms, 100}, Seen{1, 1550ms, 100}, Seen{3, 3500ms, 100}));
  EXPECT_EQ(bench.wire().settings().states[0].ways[kRightToLeft].delay, 50ms);
}

TEST(Wire, AChangeDoesNotReachBackInTime) {
  Wire wire(parse_settings({"rate=1Mbit", "at=11ms:rate=10Mbit", "seed=1"}), 0s);
  for (std::uint64_t i = 0; i < 2; ++i) wire.offer(kLeftToRight, 0s, numbered_frame(i, 1250));
  int count = 0;
  wire.deliver(12ms, [&](Way, std::span<const std::byte>) { ++count; });
  EXPECT_EQ(count, 1) << "the second frame began at 10 ms, and takes 10 ms";
}

TEST(Wire, WalksThroughItsStates) {
  Bench bench({"states=good,bad", "bad:loss=100%", "good>bad=10%", "bad>good=40%", "step=1ms"});
  constexpr int kCount = 200'000;
  for (int i = 0; i < kCount; ++i) bench.offer(kLeftToRight, i * 100us, static_cast<std::uint64_t>(i));
  // The chain is in `bad` a fifth of the time: 0.1 / (0.1 + 0.4).
  EXPECT_NEAR(static_cast<double>(bench.counters(kLeftToRight).dropped_loss) / kCount, 0.2, 0.02);
}

TEST(Wire, IsChangedWhileItRunsAllOrNothing) {
  Bench bench({"delay=10ms"});
  bench.offer(kLeftToRight, 0s, 1);
  bench.wire().set({"lr.delay=1ms"}, bench.now());
  bench.offer(kLeftToRight, 0s, 2);
  EXPECT_THROW(bench.wire().set({"delay=99ms", "loss=120%"}, bench.now()), std::invalid_argument);
  EXPECT_EQ(bench.wire().settings().states[0].ways[kLeftToRight].delay, 1ms);
  bench.finish();
  // The first was on the line already; the second does not overtake it.
  EXPECT_THAT(bench.seen(kLeftToRight), ElementsAre(Seen{1, 10ms, 100}, Seen{2, 10ms, 100}));
}

TEST(Wire, AQueueSurvivesAChangeOfItsKind) {
  Bench bench({"rate=1Mbit"});
  for (std::uint64_t i = 0; i < 10; ++i) bench.offer(kLeftToRight, 0s, i, 1250);
  bench.wire().set({"queue=100p,fq-codel"}, bench.now());
  bench.wire().set({"rate=unlimited"}, bench.now());
  bench.finish();
  EXPECT_EQ(bench.seen(kLeftToRight).size(), 10u);
  bench.offer(kLeftToRight, 3h, 11);
  EXPECT_EQ(bench.seen(kLeftToRight).back().at, 3h) << "and the wire is transparent again";
}

}  // namespace
}  // namespace banco::wire
