// Formats of what may be written in more than one way.
#include "harness/scenario/shapes.hh"

#include <algorithm>
#include <set>

#include "harness/scenario/scenario_fields.hh"

namespace banco::scenario {

namespace {

constexpr std::size_t kAxisValueLimit = 64;  // bytes of one value

Axis read_axis(const Reading& reading, const Entry& entry) {
  static const TextFormat name = name_format();
  if (entry.key.size() > name.max || !name.shape.matches_all(entry.key)) {
    reading.fail(entry.where, fmt::format("{} is not {}", base::in_quotes(entry.key), name.wanted));
  }
  Axis axis{entry.key, {}};
  reading.expect(*entry.value, NodeKind::kList, "a list of values such as [2, 4]");
  if (entry.value->items.empty()) reading.fail(*entry.value, "an axis needs at least one value");
  std::set<std::string> known;
  for (const auto& item : entry.value->items) {
    const std::string value = reading.text(*item, "a value of an axis");
    reading.at(*item, [&] { check_axis_value(value); });
    if (!known.insert(value).second) {
      reading.fail(
          *item, fmt::format("the value {} stands twice in the axis {}", base::in_quotes(value), entry.key));
    }
    axis.values.push_back(value);
  }
  return axis;
}

// Numbers stay numbers for other readers of the file; to this one all values are text.
Json axis_value(const std::string& value) {
  long long number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool same =
      error == std::errc{} && end == value.data() + value.size() && std::to_string(number) == value;
  return same ? Json(number) : Json(value);
}

}  // namespace

void check_axis_value(const std::string& value) {
  const bool one_line = value.find_first_of("\r\n") == std::string::npos;
  if (one_line && !value.empty() && value.size() <= kAxisValueLimit) return;
  throw std::invalid_argument(fmt::format("{} is not a value of an axis, which is one line of 1 to {} bytes",
                                          base::in_quotes(value), kAxisValueLimit));
}

std::size_t count_cells(const std::vector<Axis>& axes) {
  if (axes.size() > kAxisLimit) {
    throw std::invalid_argument(fmt::format("the matrix has more than {} axes", kAxisLimit));
  }
  std::size_t count = 1;
  for (const Axis& axis : axes) {
    count *= axis.values.size();
    if (count > kCellLimit) {
      throw std::invalid_argument(fmt::format("the matrix has more than {} cells", kCellLimit));
    }
  }
  return count;
}

std::vector<Axis> MatrixFormat::read(const Reading& reading, const Node& node) const {
  reading.expect(node, NodeKind::kMap, "a map of axes such as {vms: [2, 4]}");
  std::vector<Axis> axes;
  for (const Entry& entry : node.entries) axes.push_back(read_axis(reading, entry));
  reading.at(node, [&] { return count_cells(axes); });
  return axes;
}

Json MatrixFormat::write(const std::vector<Axis>& axes) const {
  Json result = Json::object();
  for (const Axis& axis : axes) {
    Json& values = result[axis.name] = Json::array();
    for (const std::string& value : axis.values) values.push_back(axis_value(value));
  }
  return result;
}

Json MatrixFormat::schema(Variables) const {
  const Json value{{"type", {"string", "number", "boolean"}}};
  return {{"type", "object"},
          {"propertyNames", name_format().schema(Variables::kNone)},
          {"additionalProperties",
           {{"type", "array"}, {"items", value}, {"minItems", 1}, {"uniqueItems", true}}}};
}

Quick QuickFormat::read(const Reading& reading, const Node& node, const FileEntry& file) const {
  Quick quick = read_record<Quick>(reading, node);
  for (const Axis& axis : quick.matrix) {
    const Position where = node.find("matrix")->find(axis.name)->where;
    std::vector<std::string> names;
    for (const Axis& known : file.matrix) names.push_back(known.name);
    const auto known = std::find(names.begin(), names.end(), axis.name);
    if (known == names.end()) {
      reading.fail(where, fmt::format("the matrix has no axis {}{}", base::in_quotes(axis.name),
                                      base::suggestion(axis.name, names)));
    }
    const auto& values = file.matrix[static_cast<std::size_t>(known - names.begin())].values;
    for (const std::string& value : axis.values) {
      if (std::find(values.begin(), values.end(), value) != values.end()) continue;
      reading.fail(where, fmt::format("the axis {} of the matrix has no value {}{}", axis.name,
                                      base::in_quotes(value), base::suggestion(value, values)));
    }
  }
  return quick;
}

Json QuickFormat::write(const Quick& quick) const {
  return RecordFormat<Quick>{}.write(quick);
}
Json QuickFormat::schema(Variables variables) const {
  return RecordFormat<Quick>{}.schema(variables);
}

std::vector<NodeEntry> NodesFormat::read(const Reading& reading, const Node& node,
                                         const TopologyEntry& topology) const {
  static const WordFormat<std::string> kinds{{{"vm", "vm"},
                                              {"container", "container"},
                                              {"namespace", "namespace"},
                                              {"router", "router"},
                                              {"switch", "switch"}}};
  const std::string default_kind = topology.defaults.kind == MachineKind::kVm          ? "vm"
                                   : topology.defaults.kind == MachineKind::kContainer ? "container"
                                                                                       : "namespace";
  reading.expect(node, NodeKind::kMap, "a map of nodes such as {a: {kind: namespace}}");
  std::vector<NodeEntry> nodes;
  for (const Entry& entry : node.entries) {
    NodeEntry& result = nodes.emplace_back();
    result.pattern = reading.substitute(entry.key, entry.where);
    result.where = entry.where;
    reading.expect(*entry.value, NodeKind::kMap, "a node as a map such as {kind: namespace}");
    const Node* said = entry.value->find("kind");
    const std::string kind = said != nullptr ? kinds.read(reading, *said) : default_kind;
    if (kind == "switch") {
      result.what = read_record<SwitchEntry>(reading, *entry.value);
    } else if (kind == "container") {
      const ContainerEntry initial{{topology.defaults.machine(MachineKind::kContainer), {}}};
      result.what = read_record(reading, *entry.value, initial);
    } else if (kind == "namespace") {
      NamespaceEntry initial;
      initial.kind = MachineKind::kNamespace;
      result.what = read_record(reading, *entry.value, initial);
    } else if (kind == "router") {
      RouterEntry initial;
      initial.kind = MachineKind::kRouter;
      result.what = read_record(reading, *entry.value, initial);
    } else {
      const VmEntry initial{{topology.defaults.machine(MachineKind::kVm), {}}};
      result.what = read_record(reading, *entry.value, initial);
    }
  }
  return nodes;
}

Json NodesFormat::write(const std::vector<NodeEntry>& nodes) const {
  Json result = Json::object();
  for (const NodeEntry& node : nodes) {
    result[node.pattern] = std::visit(
        [](const auto& what) { return RecordFormat<std::decay_t<decltype(what)>>{}.write(what); }, node.what);
  }
  return result;
}

// The kind, where it is said, chooses among the five records. Unsaid or a variable, it may be any machine's.
Json NodesFormat::schema(Variables variables) const {
  const auto when_kind = [](const char* kind, Json then, Json otherwise) {
    return Json{{"if", {{"properties", {{"kind", {{"const", kind}}}}}, {"required", {"kind"}}}},
                {"then", std::move(then)},
                {"else", std::move(otherwise)}};
  };
  Json machine = when_kind("namespace", RecordFormat<NamespaceEntry>{}.schema(variables),
                           when_kind("router", RecordFormat<RouterEntry>{}.schema(variables),
                                     when_kind("container", RecordFormat<ContainerEntry>{}.schema(variables),
                                               RecordFormat<VmEntry>{}.schema(variables))));
  return {{"type", "object"},
          {"additionalProperties",
           when_kind("switch", RecordFormat<SwitchEntry>{}.schema(variables), std::move(machine))}};
}

LinkEntry LinkFormat::read(const Reading& reading, const Node& node) const {
  if (node.kind != NodeKind::kScalar) return read_record<LinkEntry>(reading, node);
  LinkEntry link;
  link.where = node.where;
  link.endpoints = {{reading.text(node, "a link"), node.where}};
  return link;
}

Json LinkFormat::write(const LinkEntry& link) const {
  return RecordFormat<LinkEntry>{}.write(link);
}

Json LinkFormat::schema(Variables variables) const {
  Json word{
      {"type", "string"}, {"pattern", "-"}, {"description", "Machine and switch, or two switches: vm1-sw."}};
  return {{"anyOf", Json::array({or_variable(std::move(word), variables),
                                 RecordFormat<LinkEntry>{}.schema(variables)})}};
}

PairsEntry PairsFormat::read(const Reading& reading, const Node& node) const {
  static const WordFormat<PairShape> words{{{"neighbours", PairShape::kNeighbours},
                                            {"ring", PairShape::kRing},
                                            {"star", PairShape::kStar},
                                            {"all", PairShape::kAll}}};
  PairsEntry pairs;
  pairs.where = node.where;
  if (node.kind != NodeKind::kList) {
    pairs.shape = words.read(reading, node);
    return pairs;
  }
  if (node.items.empty() || node.items.size() > kPairLimit) {
    reading.fail(node, fmt::format("a list of pairs has 1 to {} of them", kPairLimit));
  }
  static const ListFormat<TextFormat> two{node_format(), "two machines such as [vm1, vm2]", 2, 2};
  for (const auto& item : node.items) {
    const auto names = two.read(reading, *item);
    pairs.list.push_back({{names[0], names[1]}, item->where});
  }
  return pairs;
}

Json PairsFormat::write(const PairsEntry& pairs) const {
  Json result = Json::array();
  for (const PairEntry& entry : pairs.list) result.push_back({entry.pair.client, entry.pair.server});
  return result;
}

Json PairsFormat::schema(Variables variables) const {
  const ListFormat<ListFormat<TextFormat>> list{{node_format(), "", 2, 2}, "", 1, kPairLimit};
  Json words{{"enum", {"neighbours", "ring", "star", "all"}}};
  return {{"anyOf", Json::array({or_variable(std::move(words), variables), list.schema(variables)})}};
}

RateEntry RateFormat::read(const Reading& reading, const Node& node) const {
  if (node.kind == NodeKind::kMap) return read_record<RateEntry>(reading, node);
  RateEntry rate;
  rate.where = node.where;
  const std::string text =
      reading.text(node, "a rate such as 500Mbit, the word unlimited, or {share: 50%, of: tcp}");
  if (text == "unlimited") return rate;
  rate.bps = reading.at(node, [&] { return base::parse_bit_rate(text); });
  if (rate.bps < 1000) reading.fail(node, fmt::format("{} is less than 1kbit", base::in_quotes(text)));
  return rate;
}

Json RateFormat::write(const RateEntry& rate) const {
  if (!rate.of.empty()) return RecordFormat<RateEntry>{}.write(rate);
  return rate.bps == 0 ? std::string("unlimited") : base::bit_rate_text(rate.bps);
}

Json RateFormat::schema(Variables variables) const {
  Json figure{{"type", "string"}, {"pattern", base::bit_rate_pattern()}};
  return {{"anyOf", Json::array({or_variable(std::move(figure), variables),
                                 {{"const", "unlimited"}},
                                 RecordFormat<RateEntry>{}.schema(variables)})}};
}

}  // namespace banco::scenario
