// A YAML file as a tree of nodes that know their place. Built from yaml-cpp's events rather than its own
// tree, so that limits hold while the file is being read.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::scenario {

// What a file may grow to. Aliases count as often as they are used.
inline constexpr std::size_t kFileLimitBytes = std::size_t{1} << 20;
inline constexpr std::size_t kDepthLimit = 32;
inline constexpr std::size_t kValueLimit = 100'000;

enum class NodeKind { kNothing, kScalar, kList, kMap };

struct Node;

struct Entry {
  std::string key;
  Position where;  // of the key
  std::shared_ptr<const Node> value;
};

struct Node {
  NodeKind kind = NodeKind::kNothing;
  Position where;
  std::string text;                                // of a scalar, whatever YAML type it has
  std::vector<std::shared_ptr<const Node>> items;  // of a list
  std::vector<Entry> entries;                      // of a map, in the order of the file; keys are unique
  std::size_t value_count = 1;                     // this one and everything below

  // The value of `key` in a map, or null.
  const Node* find(std::string_view key) const;
};

// Reads one YAML document whose root is a map. Throws ScenarioError.
std::shared_ptr<const Node> read_document(const std::string& text, const std::string& file);

}  // namespace banco::scenario
