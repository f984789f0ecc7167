#include "harness/ledger/words.hh"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace banco::ledger {
namespace {

struct Scale {
  std::string_view unit;   // as in measure::Sample
  double least;            // smallest magnitude it is used for
  double factor;           // shown = value · factor
  std::string_view shown;  // appended to the number
};

// The first line of a unit whose `least` is reached counts; its last line is for everything smaller.
constexpr std::array kScales{
    Scale{"bit/s", 1e9, 1e-9, " Gbit/s"},
    Scale{"bit/s", 1e6, 1e-6, " Mbit/s"},
    Scale{"bit/s", 1e3, 1e-3, " kbit/s"},
    Scale{"bit/s", 0, 1, " bit/s"},
    Scale{"s", 1, 1, " s"},
    Scale{"s", 1e-3, 1e3, " ms"},
    Scale{"s", 0, 1e6, " µs"},
    Scale{"B", 1e9, 1e-9, " GB"},
    Scale{"B", 1e6, 1e-6, " MB"},
    Scale{"B", 1e3, 1e-3, " kB"},
    Scale{"B", 0, 1, " B"},
    Scale{"ratio", 0, 100, " %"},
    Scale{"cpu", 0, 100, " %"},
    Scale{"count", 0, 1, ""},
};

}  // namespace

std::string format_value(double value, std::string_view unit) {
  for (const auto& scale : kScales) {
    if (scale.unit != unit || std::abs(value) < scale.least) continue;
    const double shown = value * scale.factor;
    // Whole numbers from 1000 on are written out: %g would turn to 1e+03.
    const auto number = std::abs(shown) >= 1000 && std::abs(shown) < 1e9 ? fmt::format("{:.0f}", shown)
                                                                         : fmt::format("{:.3g}", shown);
    return fmt::format("{}{}", number, scale.shown);
  }
  return fmt::format("{:.3g} {}", value, unit);
}

std::string cell_text(const measure::Cell& cell) {
  std::string text;
  for (const auto& [axis, value] : cell) {
    if (!text.empty()) text += ", ";
    if (parse_number(value)) text += axis + " ";
    text += value;
  }
  return text.empty() ? "the only cell" : text;
}

std::string count_text(long count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace banco::ledger
