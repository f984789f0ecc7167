// ScenarioError: a scenario file that says something impossible, and where it says so.
#pragma once

#include <stdexcept>
#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::scenario {

// what() is "file:line:column: sentence", or "file: sentence" when no place can be named.
// Programs print it and leave with exit code 2.
class ScenarioError : public std::runtime_error {
 public:
  ScenarioError(const std::string& file, Position where, const std::string& sentence);

  Position where() const { return where_; }
  const std::string& sentence() const { return sentence_; }

 private:
  Position where_;
  std::string sentence_;
};

}  // namespace banco::scenario
