// The shapes of a scenario file, described as scenario_fields.hh describes the rest.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/fields.hh"
#include "harness/scenario/names.hh"
#include "harness/scenario/switch_abilities.hh"

namespace banco::scenario {

inline WordFormat<std::string> switch_type_format() {
  WordFormat<std::string> format;
  for (const SwitchAbilities& abilities : switch_abilities())
    format.words.emplace_back(abilities.type, abilities.type);
  return format;
}

inline WordFormat<MachineKind> kind_format(std::vector<std::pair<std::string, MachineKind>> words) {
  return {std::move(words)};
}

// What every shape may say.
template <typename Shape>
auto shape_parts() {
  return std::tuple{
      Field{"host", &Shape::host,
            kind_format({{"namespace", MachineKind::kNamespace},
                         {"container", MachineKind::kContainer},
                         {"vm", MachineKind::kVm}}),
            "Kind of its machines; what else they have says `defaults`."},
      Field{"switch", &Shape::switch_type, switch_type_format(), "Type of its switches."},
      Field{"offload", &Shape::offload, BoolFormat{}, "Of its switches."},
      Field{"stp", &Shape::stp, OptionalFormat<BoolFormat>{},
            "Of its switches; without it, spanning tree is on where the shape has loops and the type can."},
      Field{"mtu", &Shape::mtu_bytes, OptionalFormat<IntegerFormat<int>>{{68, 65535}}, "Of its links."}};
}

template <typename Shape, typename... Fields>
auto shape_fields(Fields... fields) {
  return std::tuple_cat(std::tuple{std::move(fields)...}, shape_parts<Shape>());
}

template <typename Shape>
auto count_field(const char* key, int Shape::*member, int min, int max, const char* sentence) {
  return Field{key, member, IntegerFormat<int>{min, max}, sentence, Use::kRequired};
}

inline constexpr int kShapeLimit = 1024;  // of any count; a cell's limit of nodes comes on top

template <>
struct Description<StarShape> {
  static constexpr const char* kNoun = "a star";
  static const auto& fields() {
    static const auto result = shape_fields<StarShape>(count_field(
        "hosts", &StarShape::host_count, 1, kShapeLimit, "Machines on the switch in the middle."));
    return result;
  }
};

// A line, a ring or a mesh.
template <>
struct Description<SwitchesShape> {
  static constexpr const char* kNoun = "a shape of switches";
  static const auto& fields() {
    static const auto result = shape_fields<SwitchesShape>(
        count_field("switches", &SwitchesShape::switch_count, 2, kShapeLimit, "How many of them there are."),
        Field{"hosts", &SwitchesShape::host_count, IntegerFormat<int>{0, kShapeLimit},
              "Machines on each switch."});
    return result;
  }
};

template <>
struct Description<TreeShape> {
  static constexpr const char* kNoun = "a tree";
  static const auto& fields() {
    static const auto result = shape_fields<TreeShape>(
        count_field("depth", &TreeShape::depth, 1, 10,
                    "Layers of switches, the machines below them not counted."),
        count_field("fan-out", &TreeShape::fan_out, 1, kShapeLimit,
                    "How many switches, or in the lowest layer machines, each switch has below it."));
    return result;
  }
};

template <>
struct Description<FatTreeShape> {
  static constexpr const char* kNoun = "a fat-tree";
  static const auto& fields() {
    static const auto result = shape_fields<FatTreeShape>(count_field(
        "k", &FatTreeShape::k, 2, 14,
        "Ports of each switch, an even number: k pods of k/2 edge and k/2 aggregation switches, (k/2)² "
        "core switches, k³/4 machines."));
    return result;
  }
};

template <>
struct Description<ClosShape> {
  static constexpr const char* kNoun = "a clos";
  static const auto& fields() {
    static const auto result = shape_fields<ClosShape>(
        count_field("spines", &ClosShape::spine_count, 1, kShapeLimit,
                    "Switches that each leaf is joined to."),
        count_field("leaves", &ClosShape::leaf_count, 1, kShapeLimit,
                    "Switches that machines are plugged into."),
        Field{"hosts", &ClosShape::host_count, IntegerFormat<int>{0, kShapeLimit}, "Machines on each leaf."});
    return result;
  }
};

template <>
struct Description<TorusShape> {
  static constexpr const char* kNoun = "a torus";
  static const auto& fields() {
    static const auto result = shape_fields<TorusShape>(
        count_field("rows", &TorusShape::row_count, 3, 32, "Switches from top to bottom."),
        count_field("columns", &TorusShape::column_count, 3, 32, "Switches from left to right."),
        Field{"hosts", &TorusShape::host_count, IntegerFormat<int>{0, kShapeLimit},
              "Machines on each switch."});
    return result;
  }
};

template <>
struct Description<ShapeEntry> {
  static constexpr const char* kNoun = "a shape";
  static const std::vector<std::string>& one_of() {
    static const std::vector<std::string> result{"star", "line",     "ring", "mesh",
                                                 "tree", "fat-tree", "clos", "torus"};
    return result;
  }
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"star", &ShapeEntry::star, OptionalFormat<RecordFormat<StarShape>>{},
              "One switch s1 and machines h1, h2 … around it."},
        Field{"line", &ShapeEntry::line, OptionalFormat<RecordFormat<SwitchesShape>>{},
              "Switches s1, s2 … in a row, machines h1, h2 … on them."},
        Field{"ring", &ShapeEntry::ring, OptionalFormat<RecordFormat<SwitchesShape>>{},
              "The same in a circle, of three switches or more."},
        Field{"mesh", &ShapeEntry::mesh, OptionalFormat<RecordFormat<SwitchesShape>>{},
              "The same with a link between any two switches."},
        Field{"tree", &ShapeEntry::tree, OptionalFormat<RecordFormat<TreeShape>>{},
              "Switches s1 at the top, s2, s3 … below, machines h1, h2 … at the bottom."},
        Field{"fat-tree", &ShapeEntry::fat_tree, OptionalFormat<RecordFormat<FatTreeShape>>{},
              "core1 …, aggregation1 …, edge1 … and machines h1 …, as in data centres."},
        Field{"clos", &ShapeEntry::clos, OptionalFormat<RecordFormat<ClosShape>>{},
              "spine1 … and leaf1 …, each leaf joined to each spine, machines h1 … on the leaves."},
        Field{"torus", &ShapeEntry::torus, OptionalFormat<RecordFormat<TorusShape>>{},
              "Switches s1x1 to sRxC in a grid whose edges are joined, machines h1 … on them."}};
    return result;
  }
};

}  // namespace banco::scenario
