// The scenario file, described once: each key with its member, format and sentence. Reading, explain() and
// schema() follow from here; scenarios/README.md tells the same to users, and a test compares them.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/fields.hh"
#include "harness/scenario/shapes.hh"
#include "harness/scenario/topology_fields.hh"

namespace banco::scenario {

inline IntegerFormat<int> block_format() {
  return {1, 1000};
}

inline TextFormat link_name_format() {
  return {"a link such as \"a:eth0\", a-sw or sw1-sw2", "^[a-z0-9-]+(:eth[0-9]{1,2})?$", 140};
}

template <>
struct Description<RateEntry> {
  static constexpr const char* kNoun = "a share";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"share", &Rate::share_ratio, PercentFormat{},
              "Part of the measured sum, divided evenly among the flows.", Use::kRequired},
        Field{"of", &Rate::of, name_format(), "Name of an earlier iperf3 measure.", Use::kRequired}};
    return result;
  }
};

template <typename Measure>
auto family_field() {
  return Field{"family", &Measure::family,
               WordFormat<Family>{{{"ipv4", Family::kIpv4}, {"ipv6", Family::kIpv6}}},
               "By which addresses; ipv6 needs `addressing`, or addresses of its own."};
}

template <>
struct Description<Iperf3Entry> {
  static constexpr const char* kNoun = "an iperf3 measure";
  static const auto& fields() {
    using std::chrono_literals::operator""s;
    static const auto result = std::tuple{
        Field{"pairs", &Iperf3Entry::who, PairsFormat{},
              "Who talks to whom, client first, all at once: neighbours (1-2, 3-4 …), ring, star (all to the "
              "first), all, or a list.",
              Use::kRequired},
        family_field<Iperf3>(),
        Field{"udp", &Iperf3::udp, BoolFormat{}, "UDP in place of TCP."},
        Field{"direction", &Iperf3::direction,
              WordFormat<Direction>{{{"forward", Direction::kForward},
                                     {"reverse", Direction::kReverse},
                                     {"both", Direction::kBoth}}},
              "forward: client to server; reverse: server to client; both: at the same time."},
        Field{
            "rate", &Iperf3Entry::speed, RateFormat{},
            "Sending rate of each flow: a figure, unlimited, or a share of what an earlier measure reached."},
        Field{"length", &Iperf3::length_bytes, BytesFormat<int>{16, 1 << 20, true},
              "Bytes of one write or datagram; without it, iperf3's own choice."},
        Field{"streams", &Iperf3::stream_count, IntegerFormat<int>{1, 128}, "Parallel streams of each pair."},
        Field{"time", &Iperf3::time, DurationFormat{1s, 86400s, 1s}, "How long, in whole seconds."},
        Field{"omit", &Iperf3::omit, DurationFormat{0s, 600s, 1s},
              "Seconds of warm-up that are sent before and not counted."}};
    return result;
  }
};

template <>
struct Description<PingEntry> {
  static constexpr const char* kNoun = "a ping measure";
  static const auto& fields() {
    using std::chrono_literals::operator""ms;
    static const auto result = std::tuple{
        Field{"pairs", &PingEntry::who, PairsFormat{},
              "Who asks whom, one after the other; words as for iperf3.", Use::kRequired},
        family_field<Ping>(),
        Field{"count", &Ping::count, IntegerFormat<int>{1, 100'000}, "Echo requests of each pair."},
        Field{"interval", &Ping::interval, DurationFormat{1ms, 60'000ms, 1ms}, "Time between requests."},
        Field{"size", &Ping::payload_bytes, BytesFormat<int>{16, 65'507}, "Payload of a request."},
        Field{"cold", &Ping::is_cold, BoolFormat{},
              "Before anything else joins the pairs: the first packet apart from those after it."},
        Field{"during", &PingEntry::along,
              ListFormat<LocatedFormat>{{name_format()}, "a list of measures such as [idle, tcp]", 1, 64},
              "When: idle, or along with an earlier iperf3 measure, by its name."}};
    return result;
  }
};

template <>
struct Description<DdEntry> {
  static constexpr const char* kNoun = "a dd measure";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"pairs", &DdEntry::who, PairsFormat{},
                         "Who sends to whom, all at once; words as for iperf3.", Use::kRequired},
                   family_field<Dd>(),
                   Field{"source", &Dd::source,
                         WordFormat<DdSource>{{{"urandom", DdSource::kUrandom}, {"zero", DdSource::kZero}}},
                         "What is sent: /dev/urandom, which takes its time, or /dev/zero."},
                   Field{"block", &Dd::block_bytes, BytesFormat<int>{1, 1 << 24, true}, "Block of dd."},
                   Field{"count", &Dd::count, IntegerFormat<int>{1, 100'000'000}, "How many blocks."}};
    return result;
  }
};

template <>
struct Description<Cpu> {
  static constexpr const char* kNoun = "a cpu measure";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"per", &Cpu::per, WordFormat<CpuPer>{{{"role", CpuPer::kRole}, {"process", CpuPer::kProcess}}},
              "One figure for each role (switch, hypervisor, guest, host) or for each process."}};
    return result;
  }
};

template <>
struct Description<MeasureEntry> {
  static constexpr const char* kNoun = "a measure";
  static const std::vector<std::string>& one_of() {
    static const std::vector<std::string> result{"iperf3", "ping", "dd", "cpu"};
    return result;
  }
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"name", &MeasureEntry::name, name_format(),
              "First part of its metrics. Without it: tcp or udp for iperf3, rtt for ping, dd, cpu."},
        Field{"iperf3", &MeasureEntry::iperf3, OptionalFormat<RecordFormat<Iperf3Entry>>{},
              "Throughput, and loss and jitter of UDP."},
        Field{"ping", &MeasureEntry::ping, OptionalFormat<RecordFormat<PingEntry>>{}, "Round-trip times."},
        Field{"dd", &MeasureEntry::dd, OptionalFormat<RecordFormat<DdEntry>>{},
              "The rate that dd says of `dd | nc`: how fast its source is, as much as the network."},
        Field{"cpu", &MeasureEntry::cpu, OptionalFormat<RecordFormat<Cpu>>{},
              "CPU time of who carries the traffic, in the window of each iperf3 measure."}};
    return result;
  }
};

template <>
struct Description<EventEntry> {
  static constexpr const char* kNoun = "an event";
  static const auto& fields() {
    using std::chrono_literals::operator""ms;
    static const auto result =
        std::tuple{Field{"at", &EventEntry::at, DurationFormat{0ms, 86'400'000ms, 1ms},
                         "When: how long after the measures begin, or after a lab is up.", Use::kRequired},
                   Field{"link", &EventEntry::link, link_name_format(),
                         "Which link: \"a:eth0\", a-sw, or sw1-sw2 between switches.", Use::kRequired},
                   Field{"impair", &EventEntry::impairments, ImpairmentsFormat{},
                         "What changes, as for a link; the rest stays as it was.", Use::kRequired}};
    return result;
  }
};

template <>
struct Description<CellEntry> {
  static constexpr const char* kNoun = "a scenario";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"topology", &CellEntry::topology, RecordFormat<TopologyEntry>{}, "The network.",
                         Use::kRequired},
                   Field{"measure", &CellEntry::measures,
                         ListFormat<RecordFormat<MeasureEntry>>{{}, "a list of at most 64 measures", 0, 64},
                         "What is measured in each cell, in this order."},
                   Field{"events", &CellEntry::events,
                         ListFormat<RecordFormat<EventEntry>>{{}, "a list of at most 1000 events", 0, 1000},
                         "What happens to links meanwhile."}};
    return result;
  }
};

template <>
struct Description<SamplingEntry> {
  static constexpr const char* kNoun = "sampling";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"blocks", &SamplingEntry::block_count, block_format(),
              "How often each cell is visited; each block visits every cell once, in shuffled order."},
        Field{"seed", &SamplingEntry::seed, OptionalFormat<IntegerFormat<std::uint64_t>>{},
              "Of the shuffling; without it, a run draws one and records it."},
        Field{"order", &SamplingEntry::order, WordFormat<SamplingOrder>{{{"blocks", SamplingOrder::kBlocks}}},
              "Complete blocks, one after the other."}};
    return result;
  }
};

template <>
struct Description<Quick> {
  static constexpr const char* kNoun = "quick";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"matrix", &Quick::matrix, MatrixFormat{}, "Axes with fewer of their values."},
                   Field{"blocks", &Quick::block_count, OptionalFormat<IntegerFormat<int>>{block_format()},
                         "In place of sampling's."}};
    return result;
  }
};

template <>
struct Description<FileEntry> {
  static constexpr const char* kNoun = "a scenario";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"schema", &FileEntry::schema, IntegerFormat<int>{1, 1}, "Version of this format."},
        Field{"name", &FileEntry::name,
              TextFormat{"a name of at most 64 lower-case letters, digits and -", "^[a-z0-9][a-z0-9-]*$", 64},
              "Short name, for files and reports.", Use::kRequired},
        Field{"title", &FileEntry::title, TextFormat{"one line of at most 200 bytes", "^[^\\n\\r]*$", 200},
              "One line that says what it is about."},
        Field{"matrix", &FileEntry::matrix, MatrixFormat{},
              "Axes and their values. Each combination is a cell; `${axis}` is its value within topology and "
              "measure."},
        Field{"sampling", &FileEntry::sampling, RecordFormat<SamplingEntry>{},
              "How often, and in which order."},
        Field{"quick", &FileEntry::quick, QuickFormat{}, "What `--quick` replaces for a shorter run.",
              Use::kFolded}};
    return result;
  }
};

}  // namespace banco::scenario
