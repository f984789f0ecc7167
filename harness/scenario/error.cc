// ScenarioError: how place and sentence are joined.
#include "harness/scenario/error.hh"

#include <fmt/format.h>

namespace banco::scenario {

namespace {

std::string join(const std::string& file, Position where, const std::string& sentence) {
  if (where.line <= 0) return fmt::format("{}: {}", file, sentence);
  return fmt::format("{}:{}:{}: {}", file, where.line, where.column, sentence);
}

}  // namespace

ScenarioError::ScenarioError(const std::string& file, Position where, const std::string& sentence)
    : std::runtime_error(join(file, where, sentence)), where_(where), sentence_(sentence) {}

}  // namespace banco::scenario
