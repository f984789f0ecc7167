// The scenario file, described once: each key with its member, format and sentence. Reading, explain() and
// schema() follow from here; scenarios/README.md tells the same to users, and a test compares them.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/fields.hh"
#include "harness/scenario/names.hh"
#include "harness/scenario/shapes.hh"

namespace banco::scenario {

inline TextFormat name_format() {
  return {"a name: a letter, then letters, digits, _ and -, all lower case, at most 32", "^[a-z][a-z0-9_-]*$",
          32};
}
inline TextFormat node_format() {
  return {"the name of a machine", std::string(kNodeNamePattern), 32};
}
inline IntegerFormat<int> block_format() {
  return {1, 1000};
}

inline WordFormat<MachineKind> kind_format(std::vector<std::pair<std::string, MachineKind>> words) {
  return {std::move(words)};
}

// What only a virtual machine has.
inline auto vm_fields() {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  return std::tuple{
      Field{"image", &Machine::image, name_format(), "Guest image, by the name of its recipe under images/."},
      Field{"cpus", &Machine::cpu_count, IntegerFormat<int>{1, 256}, "Virtual processors."},
      Field{"memory", &Machine::memory_bytes,
            BytesFormat<std::uint64_t>{32 * kMebibyte, kMebibyte * kMebibyte},
            "Memory of the guest; K, M and G are binary."},
      Field{"append", &Machine::append, TextFormat{"one line of at most 1024 bytes", "^[^\\n\\r]*$", 1024},
            "Further words for the guest kernel's command line."}};
}

inline auto address_field() {
  return Field{
      "address", &MachineEntry::address, AddressFormat{},
      "Address with prefix length, for a machine with exactly one link. "
      "Without it, addresses are given out in order: 10.0.0.1/24, 10.0.0.2/24 … on the first switch, "
      "10.0.1.1/24 … on the second."};
}

template <>
struct Description<Machine> {
  static constexpr const char* kNoun = "defaults of machines";
  static const auto& fields() {
    static const auto result = std::tuple_cat(
        std::tuple{Field{"kind", &Machine::kind,
                         kind_format({{"vm", MachineKind::kVm}, {"namespace", MachineKind::kNamespace}}),
                         "Kind of a node that does not say its own."}},
        vm_fields());
    return result;
  }
};

template <>
struct Description<VmEntry> {
  static constexpr const char* kNoun = "a virtual machine";
  static const auto& fields() {
    static const auto result =
        std::tuple_cat(std::tuple{Field{"kind", &Machine::kind, kind_format({{"vm", MachineKind::kVm}}),
                                        "A virtual machine."}},
                       vm_fields(), std::tuple{address_field()});
    return result;
  }
};

template <>
struct Description<NamespaceEntry> {
  static constexpr const char* kNoun = "a namespace";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"kind", &Machine::kind, kind_format({{"namespace", MachineKind::kNamespace}}),
                         "A bare network namespace: the cheapest machine."},
                   address_field()};
    return result;
  }
};

template <>
struct Description<SwitchEntry> {
  static constexpr const char* kNoun = "a switch";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"kind", &SwitchEntry::kind, WordFormat<SwitchKind>{{{"switch", SwitchKind::kSwitch}}},
              "A virtual switch.", Use::kRequired},
        Field{"type", &Switch::type,
              WordFormat<std::string>{{{"vde", "vde"},
                                       {"vde-hub", "vde-hub"},
                                       {"bridge", "bridge"},
                                       {"vxvde", "vxvde"},
                                       {"socket", "socket"},
                                       {"shm", "shm"},
                                       {"shm-hub", "shm-hub"}}},
              "vde: vde_switch; vde-hub: vde_switch as a hub; bridge: the kernel's bridge; vxvde: VDE over "
              "multicast, without a switch process; socket: QEMU's socket network, for virtual "
              "machines only; shm: this project's switch in shared memory, whose ports forward frames "
              "themselves; shm-hub: the same as a hub.",
              Use::kRequired},
        Field{"offload", &Switch::offload, BoolFormat{},
              "Checksum and segmentation offload of its ports, where the type has it."},
        Field{"ring_kib", &Switch::ring_kib, IntegerFormat<int>{4, 1024},
              "shm: how much memory a port may use for what it sends to each other port, in KiB; a power of "
              "two."}};
    return result;
  }
};

template <>
struct Description<LinkEntry> {
  static constexpr const char* kNoun = "a link";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"endpoints", &LinkEntry::endpoints,
              ListFormat<LocatedFormat>{
                  {{"a machine, with or without its interface, or a switch: vm1, \"vm*:eth0\", sw",
                    "^[a-z0-9*?\\[\\]-]+(:eth[0-9]{1,2})?$", 64}},
                  "two endpoints, a machine and a switch",
                  2,
                  2},
              "A machine and a switch. Names, ranges and globs; one link for each match. A machine without "
              "`:eth0` takes its next free interface.",
              Use::kRequired},
        Field{"address", &LinkEntry::address, AddressFormat{},
              "Address of the machine's interface, for a single link."},
        Field{"mtu", &LinkEntry::mtu_bytes, IntegerFormat<int>{68, 65535}, "Largest packet, in bytes."},
        Field{"capture", &LinkEntry::capture, BoolFormat{},
              "A run leaves a pcapng file of the frames of this link; what it measures then is shown, but "
              "compared with nothing."}};
    return result;
  }
};

template <>
struct Description<TopologyEntry> {
  static constexpr const char* kNoun = "topology";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"defaults", &TopologyEntry::defaults, RecordFormat<Machine>{},
                         "What machines have that do not say otherwise.", Use::kFolded},
                   Field{"nodes", &TopologyEntry::nodes, NodesFormat{},
                         "Machines and switches by name; `vm[1-8]` makes eight.", Use::kRequired},
                   Field{"links", &TopologyEntry::links, ListFormat<LinkFormat>{{}, "a list of links"},
                         "Which machine is plugged into which switch."}};
    return result;
  }
};

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
        Field{"count", &Ping::count, IntegerFormat<int>{1, 100'000}, "Echo requests of each pair."},
        Field{"interval", &Ping::interval, DurationFormat{1ms, 60'000ms, 1ms}, "Time between requests."},
        Field{"size", &Ping::payload_bytes, BytesFormat<int>{16, 65'507}, "Payload of a request."},
        Field{"during", &PingEntry::along,
              ListFormat<LocatedFormat>{{name_format()}, "a list of measures such as [idle, tcp]", 1, 64},
              "When: idle, or along with an earlier iperf3 measure, by its name."}};
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
    static const std::vector<std::string> result{"iperf3", "ping", "cpu"};
    return result;
  }
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"name", &MeasureEntry::name, name_format(),
              "First part of its metrics. Without it: tcp or udp for iperf3, rtt for ping, cpu."},
        Field{"iperf3", &MeasureEntry::iperf3, OptionalFormat<RecordFormat<Iperf3Entry>>{},
              "Throughput, and loss and jitter of UDP."},
        Field{"ping", &MeasureEntry::ping, OptionalFormat<RecordFormat<PingEntry>>{}, "Round-trip times."},
        Field{"cpu", &MeasureEntry::cpu, OptionalFormat<RecordFormat<Cpu>>{},
              "CPU time of who carries the traffic, in the window of each iperf3 measure."}};
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
                         "What is measured in each cell, in this order."}};
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
