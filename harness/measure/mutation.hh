// Texts damaged at random but reproducibly, for the tests of every reader: what is thrown may only be what
// the reader documents. Used by tests only.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace banco::measure {

// `text` with one to four damages: a bit flipped, a span removed, repeated or replaced by something hostile,
// the end cut off.
inline std::string mutate(std::string text, std::mt19937_64& random) {
  static constexpr std::array<std::string_view, 16> kHostile{
      "-1",   "1e999", "NaN", "null", "[[[[", "{\"\":", "\"", "\n", "\xff", "18446744073709551616",
      "-0.0", "1e308", ".",   "true", "{}",   "[]"};
  const auto below = [&](std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
  };
  for (std::size_t damage = 1 + below(4); damage > 0; --damage) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(24);
    switch (below(5)) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.replace(at, length, kHostile[below(kHostile.size())]);
        break;
      default:
        text.resize(text.size() - below(text.size() / 4));
        break;
    }
  }
  return text;
}

}  // namespace banco::measure
