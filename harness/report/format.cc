// Tables of units and of metric names, and number formatting.
#include "harness/report/format.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace banco::report {
namespace {

// One step of a unit: shown from `least` (in the unit of measure::Sample) upwards.
struct Step {
  std::string_view unit;
  double least;
  double factor;
  std::string_view shown;
};

// Gbit/s begins at 10: people compare 1290 with 390 Mbit/s, not 1.29 with 0.39.
// Longest unit of a kind first.
constexpr std::array kSteps = {
    Step{"bit/s", 1e10, 1e-9, "Gbit/s"},
    Step{"bit/s", 1e6, 1e-6, "Mbit/s"},
    Step{"bit/s", 1e3, 1e-3, "kbit/s"},
    Step{"bit/s", 0, 1, "bit/s"},
    Step{"s", 1, 1, "s"},
    Step{"s", 1e-3, 1e3, "ms"},
    Step{"s", 0, 1e6, "µs"},
    Step{"ratio", 0, 100, "%"},
    Step{"cpu", 0, 100, "%"},
    Step{"count", 0, 1, ""},
    Step{"B", 1e9, 1e-9, "GB"},
    Step{"B", 1e6, 1e-6, "MB"},
    Step{"B", 1e3, 1e-3, "kB"},
    Step{"B", 0, 1, "B"},
};

struct Ending {
  std::string_view end;  // of the metric's name, after the measure
  std::string_view words;
  bool main;
};

constexpr std::array kEndings = {
    Ending{"throughput.sum", "throughput", true},
    Ending{"offered.sum", "offered", false},
    Ending{"retransmits.sum", "retransmits", false},
    Ending{"loss.mean", "loss", true},
    Ending{"loss.socket", "lost at full sockets", true},
    Ending{"cpu.hypervisor.max", "CPU of busiest hypervisor", true},
    Ending{"cpu.switch", "CPU of switch", true},
};

int decimals_for(double shown_magnitude) {
  if (shown_magnitude <= 0 || !std::isfinite(shown_magnitude)) return 0;
  return std::clamp(2 - static_cast<int>(std::floor(std::log10(shown_magnitude))), 0, 6);
}

}  // namespace

std::string Scale::number(double value) const {
  const double shown = value * factor;
  if (shown == 0) return "0";
  if (!(std::abs(shown) < 1e12)) return fmt::format("{:.3g}", shown);
  auto text = fmt::format("{:.{}f}", shown, decimals);
  const bool reads_as_zero = text.find_first_of("123456789") == std::string::npos;
  return reads_as_zero ? fmt::format("{:.2g}", shown) : text;
}

std::string Scale::with_unit(double value) const {
  return unit.empty() ? number(value) : number(value) + " " + unit;
}

Scale choose_scale(std::string_view unit, double magnitude) {
  const double size = std::abs(magnitude);
  Scale scale{1, std::string(unit), decimals_for(size)};
  for (const auto& step : kSteps) {
    if (step.unit != unit || size < step.least) continue;
    scale = {step.factor, std::string(step.shown), decimals_for(size * step.factor)};
    break;
  }
  if (unit == "count" && size == std::floor(size)) scale.decimals = 0;
  return scale;
}

std::string format_value(double value, std::string_view unit) {
  return choose_scale(unit, value).with_unit(value);
}

std::string format_ratio(double ratio) {
  return Scale{1, "×", decimals_for(ratio)}.with_unit(ratio);
}

MetricWords describe_metric(std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return {std::string(name), "", false};
  const auto rest = name.substr(dot + 1);
  MetricWords words{std::string(name.substr(0, dot)), "", false};
  for (const auto& ending : kEndings) {
    if (rest == ending.end) {
      words.quantity = ending.words;
      words.main = ending.main;
      return words;
    }
  }
  words.quantity = rest;
  std::ranges::replace(words.quantity, '.', ' ');
  words.main = rest.ends_with(".p50");
  return words;
}

std::string metric_label(std::string_view name) {
  const auto words = describe_metric(name);
  return words.quantity.empty() ? words.measure : words.measure + " " + words.quantity;
}

std::string count_of(long count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string enumerate(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace banco::report
