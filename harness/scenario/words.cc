// Words of messages.
#include "harness/scenario/words.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace banco::scenario {

namespace {

constexpr std::size_t kQuotedLimit = 60;
constexpr std::size_t kListedLimit = 12;
constexpr std::size_t kComparedLimit = 40;  // longer words are not compared: edits cost their product

bool continues_utf8(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Levenshtein distance, one row at a time.
std::size_t edit_count(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[to.size()];
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::size_t end = std::min(text.size(), kQuotedLimit);
  while (end > 0 && end < text.size() && continues_utf8(text[end])) --end;
  std::string result = "\"";
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + (end < text.size() ? "…\"" : "\"");
}

std::string listed(const std::vector<std::string>& words) {
  std::string result;
  const std::size_t shown = std::min(words.size(), kListedLimit);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
    result += in_quotes(words[i]);
  }
  return shown < words.size() ? result + " …" : result;
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kComparedLimit) return std::nullopt;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kComparedLimit) continue;
    const std::size_t edits = edit_count(word, candidate);
    if (edits < best) {
      best = edits;
      found = candidate;
    }
  }
  return found;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  if (const auto meant = nearest(word, candidates))
    return fmt::format("; did you mean {}?", in_quotes(*meant));
  if (candidates.empty()) return "";
  return fmt::format("; known: {}", listed(candidates));
}

}  // namespace banco::scenario
