// Reading: the company of a node while it is read: the file's name for messages, the variables of the cell,
// and what the file may still ask for.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/sample.hh"
#include "harness/scenario/document.hh"
#include "harness/scenario/error.hh"

namespace banco::scenario {

// Nodes, links and pairs of all cells together; more would only fill memory.
inline constexpr std::size_t kPlanLimit = 100'000;
// Bytes of one scalar with its variables filled in.
inline constexpr std::size_t kScalarLimit = 4096;

class Reading {
 public:
  // `variables` is null where none are known: outside of topology and measure.
  Reading(std::string file, const measure::Cell* variables) : file_(std::move(file)), variables_(variables) {}

  // Throw ScenarioError. With a scalar that holds a variable, the sentence says how it is written.
  [[noreturn]] void fail(Position where, const std::string& sentence) const;
  [[noreturn]] void fail(const Node& node, const std::string& sentence) const;

  // The scalar with its variables filled in. `wanted` completes "wants …" for what is no scalar.
  std::string text(const Node& node, std::string_view wanted) const;
  // A word of the file with its variables filled in.
  std::string substitute(const std::string& written, Position where) const;

  void expect(const Node& node, NodeKind kind, std::string_view wanted) const;
  // Every key of the map must be known or begin with `x-`. `noun` names the map: "a link".
  void check_keys(const Node& map, std::string_view noun, const std::vector<std::string>& known) const;

  // Counts `count` nodes, links or pairs that the cells ask for.
  void spend(std::size_t count, Position where);

  // `function()`, with std::invalid_argument turned into a ScenarioError at `place`: a node or a Position.
  template <typename Place, typename Function>
  auto at(const Place& place, Function function) const {
    try {
      return function();
    } catch (const std::invalid_argument& error) {
      fail(place, error.what());
    }
  }

  // The next cell: the same file and limits, other variables.
  void set_variables(const measure::Cell& variables) { variables_ = &variables; }

 private:
  std::string value_of(std::string_view name, bool has_default, std::string_view fallback,
                       Position where) const;

  std::string file_;
  const measure::Cell* variables_;
  std::size_t spent_ = 0;
};

// The names of variables with a default (`${n:-4}`) in all scalars and keys of `root`.
std::vector<std::string> variables_with_default(const Node& root);

}  // namespace banco::scenario
