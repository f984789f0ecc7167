// Quantities: one table of units per kind, read and written by the same few functions.
// Figures are counted in thousandths, as integers, so that nothing is rounded on the way in.
#include "impl/base/units.hh"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <stdexcept>

#include "impl/base/words.hh"

namespace banco::base {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;  // in the base unit of its kind
};

struct Kind {
  std::string_view noun;
  std::string_view examples;
  std::span<const Unit> units;  // smallest first
};

constexpr Unit kTimeUnits[] = {{"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};  // nanoseconds
constexpr Unit kByteUnits[] = {{"B", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}};
constexpr Unit kRateUnits[] = {{"bit", 1}, {"kbit", 1'000}, {"Mbit", 1'000'000}, {"Gbit", 1'000'000'000}};
constexpr Unit kPercentUnits[] = {{"%", 1}};

constexpr Kind kTime{"a time", "10s, 200ms or 5us", kTimeUnits};
constexpr Kind kBytes{"a size", "512M, 2G or 1400B", kByteUnits};
constexpr Kind kRate{"a rate", "500Mbit, 1.5Gbit or 100kbit", kRateUnits};
constexpr Kind kPercent{"a percentage", "50% or 0.1%", kPercentUnits};

constexpr std::size_t kDigitsLimit = 9;
constexpr std::size_t kDecimalsLimit = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Quantity {
  std::int64_t thousandths;
  std::int64_t factor;
};

std::int64_t take_digits(std::string_view& text, std::size_t limit, std::size_t& count) {
  std::int64_t value = 0;
  for (count = 0; count < limit && !text.empty() && is_digit(text.front()); ++count) {
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  return value;
}

[[noreturn]] void refuse(std::string_view text, const Kind& kind, std::string_view what) {
  throw std::invalid_argument(fmt::format("{} {}; write {}", in_quotes(text), what, kind.examples));
}

Quantity parse(std::string_view text, const Kind& kind) {
  std::string_view rest = text;
  std::size_t count = 0;
  std::int64_t thousandths = take_digits(rest, kDigitsLimit, count) * 1000;
  if (count == 0) refuse(text, kind, fmt::format("is not {}", kind.noun));
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    std::int64_t decimals = take_digits(rest, kDecimalsLimit, count);
    if (count == 0) refuse(text, kind, fmt::format("is not {}", kind.noun));
    for (; count < kDecimalsLimit; ++count) decimals *= 10;
    thousandths += decimals;
  }
  if (!rest.empty() && is_digit(rest.front())) {
    refuse(text, kind, "has more than nine digits or three decimals");
  }
  if (rest.empty()) refuse(text, kind, fmt::format("is not {}: it has no unit", kind.noun));
  for (const Unit& unit : kind.units) {
    if (rest == unit.name) return {thousandths, unit.factor};
  }
  refuse(text, kind, fmt::format("is not {}", kind.noun));
}

// The value in the base unit, when it is a whole number of them. Nothing overflows: the figure is below 1e9.
std::optional<std::int64_t> whole(Quantity quantity) {
  const std::int64_t rest = quantity.thousandths % 1000 * quantity.factor;
  if (rest % 1000 != 0) return std::nullopt;
  return quantity.thousandths / 1000 * quantity.factor + rest / 1000;
}

std::string whole_text(std::int64_t value, const Kind& kind) {
  for (auto unit = kind.units.rbegin(); unit != kind.units.rend(); ++unit) {
    if (value % unit->factor == 0 && (value != 0 || unit == kind.units.rbegin())) {
      return fmt::format("{}{}", value / unit->factor, unit->name);
    }
  }
  throw std::logic_error(fmt::format("{} has no unit small enough for {}", kind.noun, value));
}

std::string pattern(const Kind& kind) {
  std::string names;
  for (const Unit& unit : kind.units) {
    if (!names.empty()) names += '|';
    names += unit.name;
  }
  return fmt::format("^[0-9]{{1,{}}}(\\.[0-9]{{1,{}}})?({})$", kDigitsLimit, kDecimalsLimit, names);
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
  return std::chrono::nanoseconds(whole(parse(text, kTime)).value());  // a thousandth of 1us is 1ns
}

std::uint64_t parse_bytes(std::string_view text) {
  const auto value = whole(parse(text, kBytes));
  if (!value) refuse(text, kBytes, "is not a whole number of bytes");
  return static_cast<std::uint64_t>(*value);
}

double parse_bit_rate(std::string_view text) {
  const Quantity quantity = parse(text, kRate);
  return static_cast<double>(quantity.thousandths) * static_cast<double>(quantity.factor) / 1000;
}

double parse_percent(std::string_view text) {
  return static_cast<double>(parse(text, kPercent).thousandths) / 100'000;
}

std::string duration_text(std::chrono::nanoseconds duration) {
  return whole_text(duration.count(), kTime);
}
std::string bytes_text(std::uint64_t bytes) {
  return whole_text(static_cast<std::int64_t>(bytes), kBytes);
}

std::string bit_rate_text(double rate_bps) {
  for (auto unit = kRate.units.rbegin(); unit != kRate.units.rend(); ++unit) {
    const double figure = rate_bps / static_cast<double>(unit->factor);
    if (figure < 1 && unit->factor != 1) continue;
    const std::string text = fmt::format("{:.12g}", figure);
    const auto point = text.find('.');
    if (point == std::string::npos || text.size() - point - 1 <= kDecimalsLimit) {
      return fmt::format("{}{}", text, unit->name);
    }
  }
  throw std::logic_error(fmt::format("a rate of {} bit/s cannot be written", rate_bps));
}

std::string percent_text(double ratio) {
  return fmt::format("{:.12g}%", ratio * 100);
}

std::string duration_pattern() {
  return pattern(kTime);
}
std::string bytes_pattern() {
  return pattern(kBytes);
}
std::string bit_rate_pattern() {
  return pattern(kRate);
}
std::string percent_pattern() {
  return pattern(kPercent);
}

}  // namespace banco::base
