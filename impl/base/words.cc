// Words of messages.
#include "impl/base/words.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace banco::base {

namespace {

constexpr std::size_t kQuotedLimit = 60;
constexpr std::size_t kListedLimit = 12;
constexpr std::size_t kComparedLimit = 40;  // longer words are not compared: edits cost their product

bool continues_utf8(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
std::size_t edit_count(std::string_view from, std::string_view to) {
  std::array<std::array<std::size_t, kComparedLimit + 1>, kComparedLimit + 1> cost{};
  for (std::size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[from.size()][to.size()];
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
  std::size_t best = word.size() < 2 ? 0 : std::max<std::size_t>(1, word.size() / 3) + 1;
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

}  // namespace banco::base
