// How figures and metrics are worded for people: the unit they are shown in, how many decimals, what a
// metric is called. One place, so that terminal, page and charts say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banco::report {

// A unit to show values of `measure::Sample` in: shown = value · factor, with `decimals` decimals.
struct Scale {
  double factor = 1;
  std::string unit;  // "Mbit/s", "%", "ms"; empty for counts
  int decimals = 0;

  // The number alone: "390". A value other than 0 never reads as 0: then two significant digits are shown.
  std::string number(double value) const;
  // Number and unit: "390 Mbit/s".
  std::string with_unit(double value) const;
};

// The scale in which values up to `magnitude` read well; `unit` as in measure::Sample, others stay as they
// are.
Scale choose_scale(std::string_view unit, double magnitude);

// 1 value in its own scale: "390 Mbit/s", "0.45 %".
std::string format_value(double value, std::string_view unit);

// "3.1 ×", with three significant digits.
std::string format_ratio(double ratio);

// What a metric is, in words. `<measure>.<quantity>[.<which>]`; only quantity and which are looked at.
struct MetricWords {
  std::string measure;   // "tcp"
  std::string quantity;  // "throughput", "CPU, busiest hypervisor", "idle p50"
  bool main = false;     // belongs into the short tables
};
MetricWords describe_metric(std::string_view name);

// Measure and quantity: "tcp throughput".
std::string metric_label(std::string_view name);

// "1 cell", "3 cells".
std::string count_of(long count, std::string_view noun);

// "vde, bridge and socket".
std::string enumerate(const std::vector<std::string>& words);

}  // namespace banco::report
