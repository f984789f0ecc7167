// Shapes of topologies.
#include "harness/scenario/topology_shapes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/scenario/names.hh"
#include "harness/scenario/switch_abilities.hh"

namespace banco::scenario {

namespace {

// Nodes and links of one shape in the making.
class ShapeBuilder {
 public:
  ShapeBuilder(const ShapeParts& parts, bool has_loops, const DefaultsEntry& defaults, Position where,
               const Reading& reading)
      : parts_(parts), defaults_(defaults), where_(where), reading_(reading) {
    switch_.type = parts.switch_type;
    switch_.offload = parts.offload;
    switch_.stp = parts.stp.value_or(has_loops && abilities_of(parts.switch_type).spanning_tree);
  }

  // `s` for s1, s2 …
  std::vector<std::string> add_switches(const std::string& prefix, int count) {
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i) names.push_back(add_switch(fmt::format("{}{}", prefix, i)));
    return names;
  }

  std::string add_switch(std::string name) {
    add_node(name, switch_);
    return name;
  }

  // The next machines: h1, h2 … over all switches.
  void add_hosts(const std::string& switch_name, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("h{}", ++host_count_);
      const MachineEntry host{defaults_.machine(parts_.host), {}};
      if (host.kind == MachineKind::kVm) {
        add_node(name, VmEntry{host});
      } else if (host.kind == MachineKind::kContainer) {
        add_node(name, ContainerEntry{host});
      } else {
        add_node(name, NamespaceEntry{host});
      }
      join(name, switch_name);
    }
  }

  void join(const std::string& first, const std::string& second) {
    LinkEntry& link = links_.emplace_back();
    link.endpoints = {{first, where_}, {second, where_}};
    link.mtu_bytes = parts_.mtu_bytes;
    link.where = where_;
  }

  // Before what `entry` has already.
  void put_into(TopologyEntry& entry) && {
    nodes_.insert(nodes_.end(), std::make_move_iterator(entry.nodes.begin()),
                  std::make_move_iterator(entry.nodes.end()));
    links_.insert(links_.end(), std::make_move_iterator(entry.links.begin()),
                  std::make_move_iterator(entry.links.end()));
    entry.nodes = std::move(nodes_);
    entry.links = std::move(links_);
  }

  const Reading& reading() const { return reading_; }
  Position where() const { return where_; }

 private:
  template <typename What>
  void add_node(const std::string& name, What what) {
    if (nodes_.size() == kNodeLimit)
      reading_.fail(where_, fmt::format("this shape has more than {} nodes, the most of a cell", kNodeLimit));
    nodes_.push_back({name, where_, std::move(what)});
  }

  const ShapeParts& parts_;
  const DefaultsEntry& defaults_;
  Position where_;
  const Reading& reading_;
  SwitchEntry switch_;
  int host_count_ = 0;
  std::vector<NodeEntry> nodes_;
  std::vector<LinkEntry> links_;
};

void build(const StarShape& star, ShapeBuilder& builder) {
  builder.add_hosts(builder.add_switch("s1"), star.host_count);
}

enum class Row { kLine, kRing, kMesh };

void build(const SwitchesShape& shape, Row row, ShapeBuilder& builder) {
  if (row != Row::kLine && shape.switch_count < 3)
    builder.reading().fail(builder.where(), "a ring or mesh has three switches or more; two are a line");
  const auto switches = builder.add_switches("s", shape.switch_count);
  for (const std::string& name : switches) builder.add_hosts(name, shape.host_count);
  for (std::size_t i = 0; i < switches.size(); ++i) {
    const std::size_t end = row == Row::kMesh ? switches.size() : std::min(i + 2, switches.size());
    for (std::size_t j = i + 1; j < end; ++j) builder.join(switches[i], switches[j]);
  }
  if (row == Row::kRing) builder.join(switches.back(), switches.front());
}

void build(const TreeShape& tree, ShapeBuilder& builder) {
  std::vector<std::string> layer = builder.add_switches("s", 1);
  int switch_count = 1;
  for (int depth = 1; depth < tree.depth; ++depth) {
    std::vector<std::string> next;
    for (const std::string& above : layer) {
      for (int i = 0; i < tree.fan_out; ++i) {
        next.push_back(builder.add_switch(fmt::format("s{}", ++switch_count)));
        builder.join(above, next.back());
      }
    }
    layer = std::move(next);
  }
  for (const std::string& name : layer) builder.add_hosts(name, tree.fan_out);
}

// Al-Fares, Loukissas, Vahdat: A scalable, commodity data center network architecture, SIGCOMM 2008.
void build(const FatTreeShape& fat_tree, ShapeBuilder& builder) {
  if (fat_tree.k % 2 != 0)
    builder.reading().fail(builder.where(),
                           fmt::format("k of a fat-tree is an even number, and {} is odd", fat_tree.k));
  const int half = fat_tree.k / 2;
  const auto cores = builder.add_switches("core", half * half);
  const auto aggregations = builder.add_switches("aggregation", fat_tree.k * half);
  const auto edges = builder.add_switches("edge", fat_tree.k * half);
  const auto at = [](int index) { return static_cast<std::size_t>(index); };
  for (int pod = 0; pod < fat_tree.k; ++pod) {
    for (int i = 0; i < half; ++i) {
      const std::string& aggregation = aggregations[at(pod * half + i)];
      for (int j = 0; j < half; ++j) {
        builder.join(cores[at(i * half + j)], aggregation);
        builder.join(aggregation, edges[at(pod * half + j)]);
      }
    }
  }
  for (const std::string& edge : edges) builder.add_hosts(edge, half);
}

void build(const ClosShape& clos, ShapeBuilder& builder) {
  const auto spines = builder.add_switches("spine", clos.spine_count);
  const auto leaves = builder.add_switches("leaf", clos.leaf_count);
  for (const std::string& leaf : leaves) {
    for (const std::string& spine : spines) builder.join(spine, leaf);
    builder.add_hosts(leaf, clos.host_count);
  }
}

void build(const TorusShape& torus, ShapeBuilder& builder) {
  const auto name = [&](int row, int column) {
    return fmt::format("s{}x{}", row % torus.row_count + 1, column % torus.column_count + 1);
  };
  for (int row = 0; row < torus.row_count; ++row)
    for (int column = 0; column < torus.column_count; ++column)
      builder.add_hosts(builder.add_switch(name(row, column)), torus.host_count);
  for (int row = 0; row < torus.row_count; ++row) {
    for (int column = 0; column < torus.column_count; ++column) {
      builder.join(name(row, column), name(row, column + 1));
      builder.join(name(row, column), name(row + 1, column));
    }
  }
}

}  // namespace

TopologyEntry expand_shape(TopologyEntry entry, const Reading& reading) {
  if (!entry.shape) return entry;
  const ShapeEntry shape = *std::exchange(entry.shape, std::nullopt);
  const auto expand = [&](const ShapeParts& parts, bool has_loops, const auto& make) {
    ShapeBuilder builder(parts, has_loops, entry.defaults, shape.where, reading);
    make(builder);
    std::move(builder).put_into(entry);
  };
  if (shape.star) expand(*shape.star, false, [&](auto& builder) { build(*shape.star, builder); });
  if (shape.line) expand(*shape.line, false, [&](auto& builder) { build(*shape.line, Row::kLine, builder); });
  if (shape.ring) expand(*shape.ring, true, [&](auto& builder) { build(*shape.ring, Row::kRing, builder); });
  if (shape.mesh) expand(*shape.mesh, true, [&](auto& builder) { build(*shape.mesh, Row::kMesh, builder); });
  if (shape.tree) expand(*shape.tree, false, [&](auto& builder) { build(*shape.tree, builder); });
  // k = 2 has one core switch, and clos with one spine or one leaf no second way either.
  if (shape.fat_tree)
    expand(*shape.fat_tree, shape.fat_tree->k > 2, [&](auto& builder) { build(*shape.fat_tree, builder); });
  if (shape.clos)
    expand(*shape.clos, shape.clos->spine_count > 1 && shape.clos->leaf_count > 1,
           [&](auto& builder) { build(*shape.clos, builder); });
  if (shape.torus) expand(*shape.torus, true, [&](auto& builder) { build(*shape.torus, builder); });
  return entry;
}

}  // namespace banco::scenario
