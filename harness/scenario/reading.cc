// Reading: variables, expectations, limits.
#include "harness/scenario/reading.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

// One `${name}` or `${name:-fallback}`.
struct Variable {
  std::string_view name;
  bool has_default;
  std::string_view fallback;
  std::size_t end;  // behind the closing brace
};

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

// The variable at `begin`, where `${` stands; nothing when it is not closed or has no proper name.
std::optional<Variable> variable_at(std::string_view text, std::size_t begin) {
  const std::size_t close = text.find('}', begin);
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view inside = text.substr(begin + 2, close - begin - 2);
  const std::size_t mark = inside.find(":-");
  const bool has_default = mark != std::string_view::npos;
  const std::string_view name = inside.substr(0, mark);
  if (!is_name(name)) return std::nullopt;
  return Variable{name, has_default, has_default ? inside.substr(mark + 2) : "", close + 1};
}

std::string_view describe(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNothing:
      return "nothing";
    case NodeKind::kScalar:
      return "a single value";
    case NodeKind::kList:
      return "a list";
    case NodeKind::kMap:
      return "a map";
  }
  return "";
}

void collect_defaults(std::string_view text, std::vector<std::string>& names) {
  for (auto begin = text.find("${"); begin != std::string_view::npos; begin = text.find("${", begin + 2)) {
    const auto variable = variable_at(text, begin);
    if (variable && variable->has_default) names.emplace_back(variable->name);
  }
}

void collect_defaults(const Node& node, std::vector<std::string>& names) {
  collect_defaults(node.text, names);
  for (const auto& item : node.items) collect_defaults(*item, names);
  for (const Entry& entry : node.entries) {
    collect_defaults(entry.key, names);
    collect_defaults(*entry.value, names);
  }
}

}  // namespace

void Reading::fail(Position where, const std::string& sentence) const {
  throw ScenarioError(file_, where, sentence);
}

void Reading::fail(const Node& node, const std::string& sentence) const {
  const bool written_otherwise = node.text.find("${") != std::string::npos;
  fail(node.where,
       written_otherwise ? fmt::format("{} (written {})", sentence, base::in_quotes(node.text)) : sentence);
}

std::string Reading::text(const Node& node, std::string_view wanted) const {
  expect(node, NodeKind::kScalar, wanted);
  return substitute(node.text, node.where);
}

std::string Reading::substitute(const std::string& written, Position where) const {
  std::string result;
  std::size_t done = 0;
  for (auto begin = written.find("${"); begin != std::string::npos; begin = written.find("${", done)) {
    const auto variable = variable_at(written, begin);
    if (!variable) {
      fail(where, fmt::format("{} does not hold a variable such as ${{name}} or ${{name:-4}}",
                              base::in_quotes(written)));
    }
    result.append(written, done, begin - done);
    result += value_of(variable->name, variable->has_default, variable->fallback, where);
    done = variable->end;
    if (result.size() > kScalarLimit) break;
  }
  result.append(written, done);
  if (result.size() > kScalarLimit) {
    fail(where, fmt::format("{} is longer than {} bytes", base::in_quotes(result), kScalarLimit));
  }
  return result;
}

std::string Reading::value_of(std::string_view name, bool has_default, std::string_view fallback,
                              Position where) const {
  if (variables_ == nullptr) {
    fail(where, fmt::format("the variable {} has no value here; only topology and measure know the cell",
                            base::in_quotes(name)));
  }
  if (const auto known = variables_->find(std::string(name)); known != variables_->end())
    return known->second;
  if (has_default) return std::string(fallback);
  std::vector<std::string> names;
  for (const auto& [axis, value] : *variables_) names.push_back(axis);
  fail(where, fmt::format("there is no variable {}{}", base::in_quotes(name),
                          names.empty() ? std::string("; there is no matrix to define one")
                                        : base::suggestion(name, names)));
}

void Reading::expect(const Node& node, NodeKind kind, std::string_view wanted) const {
  if (node.kind == kind) return;
  fail(node, fmt::format("this wants {}, but has {}", wanted, describe(node.kind)));
}

void Reading::check_keys(const Node& map, std::string_view noun,
                         const std::vector<std::string>& known) const {
  expect(map, NodeKind::kMap, fmt::format("{} as a map of keys", noun));
  for (const Entry& entry : map.entries) {
    if (entry.key.starts_with("x-")) continue;
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    fail(entry.where, fmt::format("{} has no key {}{}", noun, base::in_quotes(entry.key),
                                  base::suggestion(entry.key, known)));
  }
}

void Reading::spend(std::size_t count, Position where) {
  spent_ += count;
  if (spent_ > kPlanLimit) {
    fail(where, fmt::format("all cells together hold more than {} nodes, links and pairs", kPlanLimit));
  }
}

std::vector<std::string> variables_with_default(const Node& root) {
  std::vector<std::string> names;
  collect_defaults(root, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace banco::scenario
