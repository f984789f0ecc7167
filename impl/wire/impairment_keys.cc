#include "impl/wire/impairment_keys.hh"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "impl/base/units.hh"
#include "impl/base/words.hh"
#include "impl/wire/coin.hh"
#include "impl/wire/trace_files.hh"
#include "impl/wire/values.hh"

namespace banco::wire {
namespace {

using base::in_quotes;

constexpr Time kDelayLimit = std::chrono::hours(1);
constexpr std::uint64_t kFramesLimit = 10'000'000;
constexpr std::uint64_t kBytesLimit = std::uint64_t{4} << 30;
constexpr std::uint64_t kNoBytesLimit = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kLeastMtuBytes = 68;

void read_delay(std::string_view value, Impairments& to) {
  to.delay = read_time(value, Time(0), kDelayLimit);
}
std::string write_delay(const Impairments& from) {
  return base::duration_text(from.delay);
}

constexpr std::array<std::pair<std::string_view, Jitter::Shape>, 3> kShapes{
    {{"uniform", Jitter::Shape::kUniform},
     {"normal", Jitter::Shape::kNormal},
     {"pareto", Jitter::Shape::kPareto}}};

void read_jitter(std::string_view value, Impairments& to) {
  Words words(value);
  Jitter jitter;
  jitter.spread = read_time(words.first(), Time(0), kDelayLimit);
  for (const auto& [name, shape] : kShapes)
    if (words.flag(name)) jitter.shape = shape;
  if (const auto path = words.named("table", ':')) {
    jitter.shape = Jitter::Shape::kTable;
    jitter.table = read_jitter_table(std::string(*path));
  }
  words.finish();
  to.jitter = jitter;
}
std::string write_jitter(const Impairments& from) {
  std::string text = base::duration_text(from.jitter.spread);
  for (const auto& [name, shape] : kShapes)
    if (from.jitter.shape == shape) text += fmt::format(",{}", name);
  return from.jitter.shape == Jitter::Shape::kTable ? text + ",table" : text;
}

void read_loss(std::string_view value, Impairments& to) {
  Words words(value);
  Loss loss;
  if (const auto path = words.named("trace", ':')) {
    loss.trace = read_loss_trace(std::string(*path));
  } else {
    loss.ratio = read_ratio(words.first());
    if (const auto burst = words.named("burst")) loss.mean_burst_frames = read_number(*burst, 1, 1e6);
  }
  words.finish();
  to.loss = loss;
}
std::string write_loss(const Impairments& from) {
  if (from.loss.trace != nullptr) return fmt::format("trace of {} frames", from.loss.trace->size());
  std::string text = base::percent_text(from.loss.ratio);
  if (from.loss.mean_burst_frames != 0) text += fmt::format(",burst={}", from.loss.mean_burst_frames);
  return text;
}

void read_duplicate(std::string_view value, Impairments& to) {
  to.duplicate_ratio = read_ratio(value);
}
std::string write_duplicate(const Impairments& from) {
  return base::percent_text(from.duplicate_ratio);
}

void read_bit_errors(std::string_view value, Impairments& to) {
  to.bit_error_ratio = read_number(value, 0, 1);
}
std::string write_bit_errors(const Impairments& from) {
  return fmt::format("{}", from.bit_error_ratio);
}

void read_reorder(std::string_view value, Impairments& to) {
  Words words(value);
  Reordering reordering{.ratio = read_ratio(words.first())};
  if (const auto correlation = words.named("correlation")) {
    reordering.correlation = read_ratio(*correlation);
    if (reordering.correlation == 1)
      throw std::invalid_argument("a correlation of 100% would never change its mind; write at most 99.9%");
  }
  if (const auto gap = words.named("gap")) reordering.gap = read_integer(*gap, 1, kFramesLimit);
  words.finish();
  to.reordering = reordering;
}
std::string write_reorder(const Impairments& from) {
  std::string text = base::percent_text(from.reordering.ratio);
  if (from.reordering.correlation != 0)
    text += fmt::format(",correlation={}", base::percent_text(from.reordering.correlation));
  return from.reordering.gap == 1 ? text : text + fmt::format(",gap={}", from.reordering.gap);
}

void read_fifo(std::string_view value, Impairments& to) {
  if (value != "on" && value != "off")
    throw std::invalid_argument(in_quotes(value) + " is neither on nor off");
  to.fifo = value == "on";
}
std::string write_fifo(const Impairments& from) {
  return from.fifo ? "on" : "off";
}

void read_rate(std::string_view value, Impairments& to) {
  Words words(value);
  Rate rate;
  const std::string_view figure = words.first();
  if (figure != "unlimited") {
    rate.bps = base::parse_bit_rate(figure);
    if (rate.bps < 1) throw std::invalid_argument("a rate is at least 1bit; for none write unlimited");
  }
  if (const auto burst = words.named("burst")) rate.burst_bytes = read_bytes(*burst, 1, kBytesLimit);
  if (const auto overhead = words.named("overhead")) rate.overhead_bytes = read_bytes(*overhead, 0, 1024);
  words.finish();
  to.rate = rate;
}
std::string write_rate(const Impairments& from) {
  std::string text = from.rate.bps == 0 ? "unlimited" : base::bit_rate_text(from.rate.bps);
  if (from.rate.burst_bytes != 0) text += fmt::format(",burst={}", base::bytes_text(from.rate.burst_bytes));
  if (from.rate.overhead_bytes != 0)
    text += fmt::format(",overhead={}", base::bytes_text(from.rate.overhead_bytes));
  return text;
}

constexpr std::array<std::pair<std::string_view, Queue::Discipline>, 3> kDisciplines{
    {{"tail-drop", Queue::Discipline::kTailDrop},
     {"codel", Queue::Discipline::kCodel},
     {"fq-codel", Queue::Discipline::kFqCodel}}};

// `100p` or `64K`; each may stand.
void read_limits(Words& words, Queue& queue) {
  queue.frames_limit = kFramesLimit;
  bool limited = false;
  while (const auto limit = words.next_if(
             [](std::string_view word) { return !word.empty() && word[0] >= '0' && word[0] <= '9'; })) {
    limited = true;
    if (limit->ends_with('p')) {
      queue.frames_limit = read_integer(limit->substr(0, limit->size() - 1), 1, kFramesLimit);
    } else {
      queue.bytes_limit = read_bytes(*limit, 1, kBytesLimit);
    }
  }
  if (!limited) throw std::invalid_argument("a limit is wanted, in packets (100p) or bytes (64K)");
}

void read_queue(std::string_view value, Impairments& to) {
  Words words(value);
  Queue queue;
  read_limits(words, queue);
  for (const auto& [name, discipline] : kDisciplines)
    if (words.flag(name)) queue.discipline = discipline;
  const Time most = std::chrono::seconds(10);
  if (const auto target = words.named("target")) queue.target = read_time(*target, Time(1000), most);
  if (const auto interval = words.named("interval")) queue.interval = read_time(*interval, Time(1000), most);
  queue.ecn = words.flag("ecn");
  if (const auto flows = words.named("flows"))
    queue.flow_count = static_cast<std::uint32_t>(read_integer(*flows, 1, 65536));
  if (const auto quantum = words.named("quantum"))
    queue.quantum_bytes = static_cast<std::uint32_t>(read_bytes(*quantum, 64, 1 << 20));
  words.finish();
  if (queue.ecn && queue.discipline == Queue::Discipline::kTailDrop)
    throw std::invalid_argument("ecn needs codel or fq-codel, which decide whom to mark");
  to.queue = queue;
}
std::string write_queue(const Impairments& from) {
  const Queue& queue = from.queue;
  const Queue usual;
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : ",") + word; };
  if (queue.frames_limit != kFramesLimit) add(fmt::format("{}p", queue.frames_limit));
  if (queue.bytes_limit != kNoBytesLimit) add(base::bytes_text(queue.bytes_limit));
  for (const auto& [name, discipline] : kDisciplines)
    if (queue.discipline == discipline && discipline != usual.discipline) add(std::string(name));
  if (queue.target != usual.target) add(fmt::format("target={}", base::duration_text(queue.target)));
  if (queue.interval != usual.interval) add(fmt::format("interval={}", base::duration_text(queue.interval)));
  if (queue.ecn) add("ecn");
  if (queue.flow_count != usual.flow_count) add(fmt::format("flows={}", queue.flow_count));
  if (queue.quantum_bytes != usual.quantum_bytes)
    add(fmt::format("quantum={}", base::bytes_text(queue.quantum_bytes)));
  return text;
}

void read_mtu(std::string_view value, Impairments& to) {
  to.mtu_bytes = read_integer(value, kLeastMtuBytes, vde::kMaxMtuBytes);
}
std::string write_mtu(const Impairments& from) {
  return fmt::format("{}", from.mtu_bytes);
}

constexpr std::array<ImpairmentKey, 10> kKeys{{
    {"delay", "TIME", "what every frame is late by: 20ms, 0.5ms, 200us", read_delay, write_delay},
    {"jitter", "TIME[,uniform|normal|pareto|table:FILE]",
     "how much delays differ: at most so much (uniform), or this standard deviation; a table as netem has it",
     read_jitter, write_jitter},
    {"fifo", "on|off", "off: jitter may put frames out of order", read_fifo, write_fifo},
    {"loss", "RATIO[,burst=FRAMES] or trace:FILE",
     "frames that are lost: each on its own, in bursts of this mean length, or those whose numbers a file "
     "lists",
     read_loss, write_loss},
    {"duplicate", "RATIO", "frames that arrive twice", read_duplicate, write_duplicate},
    {"ber", "NUMBER", "bit error ratio: 1e-6 flips a bit in a million", read_bit_errors, write_bit_errors},
    {"reorder", "RATIO[,correlation=RATIO][,gap=FRAMES]",
     "frames that are not delayed, and so overtake others", read_reorder, write_reorder},
    {"rate", "RATE|unlimited[,burst=BYTES][,overhead=BYTES]",
     "speed of the link: 10Mbit; with burst, as a token bucket; overhead is counted with every frame",
     read_rate, write_rate},
    {"queue", "LIMIT[,LIMIT][,codel|fq-codel][,target=TIME][,interval=TIME][,ecn][,flows=N][,quantum=BYTES]",
     "what may wait for the rate, in packets (100p) or bytes (64K), and who is dropped", read_queue,
     write_queue},
    {"mtu", "BYTES", "frames with a longer payload are dropped", read_mtu, write_mtu},
}};

}  // namespace

std::span<const ImpairmentKey> impairment_keys() {
  return kKeys;
}

void check(const Impairments& impairments) {
  const std::uint64_t frame_bytes =
      std::min<std::uint64_t>(impairments.mtu_bytes, 1500) + vde::kEthernetHeaderBytes;
  const auto refuse_small = [&](const char* what, std::uint64_t bytes) {
    if (bytes >= frame_bytes) return;
    throw std::invalid_argument(fmt::format("{} of {} is less than one frame; write at least {}B", what,
                                            base::bytes_text(bytes), frame_bytes));
  };
  if (impairments.rate.burst_bytes != 0) refuse_small("rate: a burst", impairments.rate.burst_bytes);
  refuse_small("queue: a limit", impairments.queue.bytes_limit);
  const Loss& loss = impairments.loss;
  if (loss.mean_burst_frames != 0 && !Coin::has_runs(loss.ratio, loss.mean_burst_frames))
    throw std::invalid_argument(fmt::format("loss: {} cannot be lost in bursts as short as {} frames",
                                            base::percent_text(loss.ratio), loss.mean_burst_frames));
}

}  // namespace banco::wire
