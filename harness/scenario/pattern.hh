// A regular expression in ECMAScript's syntax, which is also JSON Schema's. It hides std::regex, which costs
// each source that touches it seconds to compile.
#pragma once

#include <memory>
#include <string>

namespace banco::scenario {

class Pattern {
 public:
  // Throws std::regex_error.
  explicit Pattern(const std::string& text);
  // Not inline: g++ 12 warns of an uninitialised pointer where a description that holds patterns is half
  // made.
  Pattern(const Pattern& other);
  Pattern& operator=(const Pattern& other);
  ~Pattern();

  // Requires a text of limited length: matching recurses with it.
  bool matches_all(const std::string& text) const;
  bool matches_part(const std::string& text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace banco::scenario
