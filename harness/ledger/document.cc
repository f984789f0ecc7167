#include "harness/ledger/document.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/ledger/words.hh"

namespace banco::ledger {

std::runtime_error error_at(std::string_view file, const YAML::Mark& mark, std::string_view sentence) {
  return std::runtime_error(fmt::format("{}:{}:{}: {}", file, mark.line + 1, mark.column + 1, sentence));
}

Mapping::Mapping(std::string_view file, const YAML::Node& node) : file_(file), node_(node) {
  if (!node.IsMap()) throw error_at(file_, node.Mark(), "expected a mapping of keys to values");
  std::set<std::string> keys;
  for (const auto& entry : node) {
    const auto key = scalar(entry.first, "a key");
    if (!keys.insert(key).second)
      throw error_at(file_, entry.first.Mark(), fmt::format("the key '{}' stands twice", key));
  }
}

std::optional<YAML::Node> Mapping::find(const std::string& key) {
  asked_.insert(key);
  for (const auto& entry : node_)
    if (entry.first.Scalar() == key) return entry.second;
  return std::nullopt;
}

YAML::Node Mapping::get(const std::string& key) {
  if (auto found = find(key)) return *found;
  throw error(fmt::format("the key '{}' is missing", key));
}

std::string Mapping::text(const std::string& key) {
  const auto node = get(key);
  auto text = scalar(node, fmt::format("'{}'", key));
  if (text.find_first_not_of(" \t\n") == std::string::npos)
    throw error_at(file_, node.Mark(), fmt::format("'{}' is empty", key));
  return text;
}

double Mapping::number(const std::string& key) {
  const auto node = get(key);
  if (node.IsScalar())
    if (const auto value = parse_number(node.Scalar())) return *value;
  throw error_at(file_, node.Mark(), fmt::format("'{}' must be a finite number", key));
}

YAML::Node Mapping::sequence(const std::string& key) {
  const auto node = get(key);
  if (!node.IsSequence()) throw error_at(file_, node.Mark(), fmt::format("'{}' must be a list", key));
  return node;
}

std::map<std::string, std::string> Mapping::words(const std::string& key) {
  std::map<std::string, std::string> words;
  const auto node = find(key);
  if (!node) return words;
  const Mapping mapping(file_, *node);
  for (const auto& entry : *node)
    words[entry.first.Scalar()] = scalar(entry.second, fmt::format("each value of '{}'", key));
  return words;
}

void Mapping::finish() const {
  for (const auto& entry : node_)
    if (!asked_.contains(entry.first.Scalar()))
      throw error_at(
          file_, entry.first.Mark(),
          fmt::format("unknown key '{}'; here stand: {}", entry.first.Scalar(), fmt::join(asked_, ", ")));
}

std::runtime_error Mapping::error(std::string_view sentence) const {
  return error_at(file_, node_.Mark(), sentence);
}

std::string Mapping::scalar(const YAML::Node& node, std::string_view what) const {
  if (!node.IsScalar()) throw error_at(file_, node.Mark(), fmt::format("{} must be a word or a text", what));
  return node.Scalar();
}

}  // namespace banco::ledger
