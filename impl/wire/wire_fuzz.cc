// A libFuzzer target: a line of settings, then frames of any content into a wire that has them. Aborts when a
// frame comes out that nobody put in, or when the counts do not add up. wire_fuzz_test.cc runs it on random
// scripts in every build; the fuzzer itself needs clang: see ci/fuzz.
//
// Shape   settings with spaces between, a line feed; then operations of { u8 what | u8 length or time } and,
// for a frame, its bytes.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "impl/wire/control.hh"
#include "impl/wire/url.hh"
#include "impl/wire/wire.hh"

namespace banco::wire {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    // Nothing that reads files or takes memory without end.
    if (word.find("trace:") == std::string::npos && word.find("table:") == std::string::npos &&
        word.find("seed=") == std::string::npos)
      words.push_back(word);
  return words;
}

Wire make_wire(std::vector<std::string> words) {
  words.emplace_back("seed=1");
  try {
    return Wire(parse_settings(words), Time(0));
  } catch (const std::invalid_argument&) {
    return Wire(parse_settings({"delay=1ms", "jitter=5ms", "rate=10Mbit", "queue=10p,fq-codel,ecn",
                                "duplicate=10%", "reorder=10%", "ber=1e-4", "seed=1"}),
                Time(0));
  }
}

void check_counts(Wire& wire) {
  for (const Way way : kWays) {
    const Counters& counters = wire.channel(way).counters();
    const std::uint64_t dropped = counters.dropped_mtu + counters.dropped_loss + counters.dropped_queue +
                                  counters.dropped_aqm + counters.dropped_line;
    require(counters.frames_in + counters.duplicated >= counters.frames_out + dropped);
    if (wire.next_event() == kNever)
      require(counters.frames_in + counters.duplicated == counters.frames_out + dropped);
  }
}

void run(std::string_view input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end);
  try {
    parse_url(line);
  } catch (const std::invalid_argument&) {
  }
  Wire wire = make_wire(words_of(line));
  require(!answer(std::string(line), wire, Time(0)).empty());

  const auto script = std::as_bytes(std::span(input)).subspan(std::min(end + 1, input.size()));
  Time now(0);
  for (std::size_t at = 0; at + 2 <= script.size();) {
    const auto what = std::to_integer<unsigned>(script[at]);
    const auto much = std::to_integer<unsigned>(script[at + 1]);
    at += 2;
    if (what % 4 == 0) {
      now += std::chrono::microseconds(much * much);
      wire.deliver(
          now, [](Way, std::span<const std::byte> frame) { require(frame.size() >= vde::kMinFrameBytes); });
      continue;
    }
    const std::size_t bytes = std::min<std::size_t>(vde::kMinFrameBytes + much, script.size() - at);
    if (bytes < vde::kMinFrameBytes) break;
    wire.offer(what % 2 == 0 ? kLeftToRight : kRightToLeft, now, script.subspan(at, bytes));
    at += bytes;
  }
  check_counts(wire);
  for (int i = 0; i < 10'000 && wire.next_event() < std::chrono::hours(2); ++i)
    wire.deliver(wire.next_event(), [](Way, std::span<const std::byte>) {});
  check_counts(wire);
}

}  // namespace
}  // namespace banco::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  banco::wire::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
