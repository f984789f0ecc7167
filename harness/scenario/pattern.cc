// Patterns, by std::regex.
#include "harness/scenario/pattern.hh"

#include <regex>

namespace banco::scenario {

struct Pattern::Compiled {
  std::regex regex;
};

Pattern::Pattern(const std::string& text) : compiled_(new Compiled{std::regex(text)}) {}
Pattern::Pattern(const Pattern& other) = default;
Pattern& Pattern::operator=(const Pattern& other) = default;
Pattern::~Pattern() = default;

bool Pattern::matches_all(const std::string& text) const {
  return std::regex_match(text, compiled_->regex);
}

bool Pattern::matches_part(const std::string& text) const {
  return std::regex_search(text, compiled_->regex);
}

}  // namespace banco::scenario
