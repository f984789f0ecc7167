// Names of nodes: ranges and globs.
#include "harness/scenario/names.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "harness/scenario/pattern.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

// A decimal number without leading zeros, below a million.
std::optional<int> parse_bound(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  const bool plain = !text.empty() && text.front() != '-' && (text.size() == 1 || text.front() != '0');
  if (!whole || !plain || value >= 1'000'000) return std::nullopt;
  return value;
}

void check_name(const std::string& name) {
  static const Pattern shape{std::string(kNodeNamePattern)};
  constexpr std::size_t kCompared = 64;  // matching recurses; longer is too long anyway
  if (name.size() <= kCompared && shape.matches_all(name)) return;
  throw std::invalid_argument(fmt::format(
      "{} is no name for a node: a letter, then letters, digits and -, all lower case, at most 32",
      base::in_quotes(name)));
}

struct Range {
  std::string_view before;
  int first;
  int last;
  std::string_view after;
};

// Nothing for a pattern without brackets.
std::optional<Range> parse_range(std::string_view pattern) {
  const std::size_t open = pattern.find('[');
  if (open == std::string_view::npos && pattern.find(']') == std::string_view::npos) return std::nullopt;
  const std::size_t close = pattern.find(']', open == std::string_view::npos ? 0 : open);
  const auto malformed = [&] {
    return std::invalid_argument(
        fmt::format("{} is no range; one such as vm[1-8] is meant", base::in_quotes(pattern)));
  };
  if (open == std::string_view::npos || close == std::string_view::npos) throw malformed();
  const std::string_view inside = pattern.substr(open + 1, close - open - 1);
  const std::string_view after = pattern.substr(close + 1);
  const std::size_t dash = inside.find('-');
  if (dash == std::string_view::npos || after.find_first_of("[]") != std::string_view::npos)
    throw malformed();
  const auto first = parse_bound(inside.substr(0, dash));
  const auto last = parse_bound(inside.substr(dash + 1));
  if (!first || !last) throw malformed();
  if (*first > *last) {
    throw std::invalid_argument(
        fmt::format("the range {} is empty: {} comes after {}", base::in_quotes(pattern), *first, *last));
  }
  if (static_cast<std::size_t>(*last - *first) >= kNodeLimit) {
    throw std::invalid_argument(
        fmt::format("the range {} is larger than {} nodes", base::in_quotes(pattern), kNodeLimit));
  }
  return Range{pattern.substr(0, open), *first, *last, after};
}

}  // namespace

std::vector<std::string> expand_range(std::string_view pattern) {
  std::vector<std::string> names;
  if (const auto range = parse_range(pattern)) {
    for (int i = range->first; i <= range->last; ++i) {
      names.push_back(fmt::format("{}{}{}", range->before, i, range->after));
    }
  } else {
    names.emplace_back(pattern);
  }
  for (const std::string& name : names) check_name(name);
  return names;
}

bool matches_glob(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last `*`, which takes one more character on each retry
  std::size_t retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> select_names(std::string_view pattern, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  if (pattern.find_first_of("*?") != std::string_view::npos) {
    for (const std::string& name : names) {
      if (matches_glob(pattern, name)) found.push_back(name);
    }
    if (found.empty()) {
      throw std::invalid_argument(
          fmt::format("{} matches no node{}", base::in_quotes(pattern), base::suggestion(pattern, names)));
    }
    return found;
  }
  for (const std::string& name : expand_range(pattern)) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw std::invalid_argument(
          fmt::format("there is no node {}{}", base::in_quotes(name), base::suggestion(name, names)));
    }
    found.push_back(name);
  }
  return found;
}

}  // namespace banco::scenario
