// The topology of a scenario file, described as scenario_fields.hh describes the rest.
#pragma once

#include "harness/scenario/address_formats.hh"
#include "harness/scenario/impairments.hh"
#include "harness/scenario/names.hh"
#include "harness/scenario/shape_fields.hh"
#include "harness/scenario/shapes.hh"

namespace banco::scenario {

inline TextFormat name_format() {
  return {"a name: a letter, then letters, digits, _ and -, all lower case, at most 32", "^[a-z][a-z0-9_-]*$",
          32};
}
inline TextFormat node_format() {
  return {"the name of a machine", std::string(kNodeNamePattern), 32};
}

inline constexpr const char* kImagePattern = "^([a-z][a-z0-9_-]*|[^\\n\\r]*/[^\\n\\r]*)$";

// What machines may be made of: a recipe, or something of the user's own.
inline TextFormat guest_image_format() {
  return {"the name of a recipe, or the path, with a slash, of a disk: qcow2, or raw as NAME.img",
          kImagePattern, 4096};
}
inline TextFormat container_image_format() {
  return {"the name of a recipe, or the path, with a slash, of a folder or an OCI archive", kImagePattern,
          4096};
}

template <typename Owner>
auto image_field(std::string Owner::*member, TextFormat format) {
  return Field{
      "image", member, std::move(format),
      "What it is made of, by the name of a recipe under images/; guests and containers of one image have "
      "the same programs."};
}

inline constexpr int kCpuLimit = 256;

inline BytesFormat<std::uint64_t> memory_format() {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  return {32 * kMebibyte, kMebibyte * kMebibyte};
}

template <typename Owner>
auto append_field(std::string Owner::*member) {
  return Field{"append", member, TextFormat{"one line of at most 1024 bytes", "^[^\\n\\r]*$", 1024},
               "Further words for the guest kernel's command line."};
}

inline auto address_field() {
  return Field{
      "address", &MachineEntry::address, AddressesFormat{},
      "Address with prefix length, or a list of one IPv4 and one IPv6 address, for a machine with exactly "
      "one "
      "link. Without it, addresses are given out in order: 10.0.0.1/24, 10.0.0.2/24 … on the first segment, "
      "10.0.1.1/24 … on the second."};
}

inline auto routes_field() {
  return Field{"routes", &Machine::routes,
               ListFormat<RecordFormat<Route>>{{}, "a list of at most 1024 routes", 0, 1024},
               "Routes in place of those that are computed: the shortest ways over routers."};
}

template <>
struct Description<Route> {
  static constexpr const char* kNoun = "a route";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"to", &Route::destination, DestinationFormat{},
                         "A network such as 10.0.1.0/24, or default.", Use::kRequired},
                   Field{"via", &Route::gateway, GatewayFormat{},
                         "Address of a router on one of the machine's segments.", Use::kRequired}};
    return result;
  }
};

template <>
struct Description<DefaultsEntry> {
  static constexpr const char* kNoun = "defaults of machines";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"kind", &DefaultsEntry::kind,
              kind_format({{"vm", MachineKind::kVm},
                           {"container", MachineKind::kContainer},
                           {"namespace", MachineKind::kNamespace}}),
              "Kind of a node that does not say its own."},
        image_field(&DefaultsEntry::image, name_format()),
        Field{"cpus", &DefaultsEntry::cpu_count, OptionalFormat<IntegerFormat<int>>{{1, kCpuLimit}},
              "Virtual processors of a guest, CPU time of a container."},
        Field{"memory", &DefaultsEntry::memory_bytes,
              OptionalFormat<BytesFormat<std::uint64_t>>{memory_format()},
              "Memory of a guest, and the most that a container may use."},
        append_field(&DefaultsEntry::append)};
    return result;
  }
};

template <>
struct Description<VmEntry> {
  static constexpr const char* kNoun = "a virtual machine";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"kind", &Machine::kind, kind_format({{"vm", MachineKind::kVm}}), "A virtual machine."},
        image_field(&Machine::image, guest_image_format()),
        Field{"cpus", &Machine::cpu_count, IntegerFormat<int>{1, kCpuLimit}, "Virtual processors."},
        Field{"memory", &Machine::memory_bytes, memory_format(),
              "Memory of the guest; K, M and G are binary."},
        append_field(&Machine::append),
        Field{"user", &Machine::user, TextFormat{"the name of a user", "^[A-Za-z_][A-Za-z0-9_.-]*$", 64},
              "Who logs in on the serial port of a disk of yours where no agent answers: root unless it is "
              "said, or "
              "somebody who becomes root by sudo without a password."},
        Field{"password", &Machine::password,
              TextFormat{"one line of at most 256 bytes", "^[^\\n\\r]*$", 256},
              "The password of that user, which results repeat."},
        address_field(),
        routes_field()};
    return result;
  }
};

template <>
struct Description<ContainerEntry> {
  static constexpr const char* kNoun = "a container";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"kind", &Machine::kind, kind_format({{"container", MachineKind::kContainer}}),
              "A container: files and processes of its own on the kernel of this machine."},
        image_field(&Machine::image, container_image_format()),
        Field{"cpus", &Machine::cpu_limit, OptionalFormat<DecimalFormat>{{0.01, kCpuLimit}},
              "CPU seconds that it may use in a second, such as 0.5; without it, all that there are."},
        Field{"memory", &Machine::memory_limit_bytes,
              OptionalFormat<BytesFormat<std::uint64_t>>{memory_format()},
              "Memory that it may use, its files included; without it, all that there is."},
        address_field(),
        routes_field()};
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
                   address_field(), routes_field()};
    return result;
  }
};

template <>
struct Description<RouterEntry> {
  static constexpr const char* kNoun = "a router";
  static const auto& fields() {
    static const auto result =
        std::tuple{Field{"kind", &Machine::kind, kind_format({{"router", MachineKind::kRouter}}),
                         "A network namespace that forwards between its links.", Use::kRequired},
                   routes_field()};
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
        Field{"type", &Switch::type, switch_type_format(),
              "vde: vde_switch; vde-hub: vde_switch as a hub; bridge: the kernel's bridge; vxvde: VDE over "
              "multicast, without a switch process; macvlan: the kernel's macvlan in bridge mode, for "
              "namespaces and "
              "containers only; socket: QEMU's socket network, for virtual "
              "machines only; shm: this project's switch in shared memory, whose ports forward frames "
              "themselves; shm-hub: the same as a hub.",
              Use::kRequired},
        Field{"offload", &Switch::offload, BoolFormat{},
              "Checksum and segmentation offload of its ports, where the type has it."},
        Field{"ring_kib", &Switch::ring_kib, IntegerFormat<int>{4, 1024},
              "shm: how much memory a port may use for what it sends to each other port, in KiB; a power of "
              "two."},
        Field{"stp", &Switch::stp, BoolFormat{},
              "Spanning tree, for switches in a loop; bridge and vde have it."}};
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
                  "two endpoints, a machine and a switch or two switches",
                  2,
                  2},
              "A machine and a switch, or two switches. Names, ranges and globs; one link for each match. A "
              "machine without `:eth0` takes its next free interface.",
              Use::kRequired},
        Field{"address", &LinkEntry::address, AddressesFormat{},
              "Address of the machine's interface, or a list of one IPv4 and one IPv6 address, for a single "
              "link."},
        Field{"mtu", &LinkEntry::mtu_bytes, OptionalFormat<IntegerFormat<int>>{{68, 65535}},
              "Largest packet, in bytes: 1500 where it is not said, and between switches what the links of "
              "machines need."},
        Field{"vlan", &LinkEntry::vlans, VlansFormat{},
              "Of a machine: the VLAN that it is in, without noticing. Between switches: the VLANs that "
              "pass, a "
              "number or a list; without it, all of them and the frames without a tag."},
        Field{"capture", &LinkEntry::capture, BoolFormat{},
              "A run leaves a pcapng file of the frames of this link; what it measures then is shown, but "
              "compared with nothing."},
        Field{
            "impair", &LinkEntry::impairments, OptionalFormat<ImpairmentsFormat>{},
            "Delay, loss, rate … of this link, for both directions, or a list of two with `from`. `{}` is a "
            "link that can be impaired later."}};
    return result;
  }
};

template <>
struct Description<AddressingEntry> {
  static constexpr const char* kNoun = "addressing";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"ipv4", &AddressingEntry::ipv4, NetworkFormat{Family::kIpv4},
              "Network that segments get a /24 each of, or a larger part where that is too small."},
        Field{"ipv6", &AddressingEntry::ipv6, NetworkFormat{Family::kIpv6},
              "Network that segments get a /64 each of, such as fd00::/48; without it they have no IPv6."}};
    return result;
  }
};

template <>
struct Description<TopologyEntry> {
  static constexpr const char* kNoun = "topology";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"addressing", &TopologyEntry::addressing, RecordFormat<AddressingEntry>{},
              "Where addresses come from that are not given.", Use::kFolded},
        Field{"defaults", &TopologyEntry::defaults, RecordFormat<DefaultsEntry>{},
              "What machines have that do not say otherwise.", Use::kFolded},
        Field{"shape", &TopologyEntry::shape, OptionalFormat<RecordFormat<ShapeEntry>>{},
              "Nodes and links of a well-known form; `nodes` and `links` may add to them.", Use::kFolded},
        Field{"nodes", &TopologyEntry::nodes, NodesFormat{},
              "Machines and switches by name; `vm[1-8]` makes eight."},
        Field{"links", &TopologyEntry::links, ListFormat<LinkFormat>{{}, "a list of links"},
              "Which machine is plugged into which switch, and which switches are joined."}};
    return result;
  }
};

}  // namespace banco::scenario
