// A mapping of ledger.yaml read strictly: each key is asked for once, with its type, and whatever was not
// asked for is an error. Every error says file, line and column.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace banco::ledger {

// "FILE:LINE:COLUMN: SENTENCE"; line and column count from 1.
std::runtime_error error_at(std::string_view file, const YAML::Mark& mark, std::string_view sentence);

class Mapping {
 public:
  // Throws std::runtime_error when `node` is no mapping, or a key stands twice or is no word.
  Mapping(std::string_view file, const YAML::Node& node);

  // The node of a key, if there is one.
  std::optional<YAML::Node> find(const std::string& key);
  // Throw std::runtime_error when the key is missing or its value has another type.
  YAML::Node get(const std::string& key);
  std::string text(const std::string& key);  // not empty
  double number(const std::string& key);     // finite
  YAML::Node sequence(const std::string& key);
  // Words to words; empty when the key is missing.
  std::map<std::string, std::string> words(const std::string& key);

  // Throws std::runtime_error that names the first key nobody asked for.
  void finish() const;

  std::runtime_error error(std::string_view sentence) const;

 private:
  std::string scalar(const YAML::Node& node, std::string_view what) const;

  std::string file_;
  YAML::Node node_;
  std::set<std::string> asked_;
};

}  // namespace banco::ledger
