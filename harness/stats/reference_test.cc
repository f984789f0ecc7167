// Every function beside what R says of the same numbers: testdata/reference.R wrote testdata/reference.txt,
// and `rscript_agrees` (label slow) runs it again where there is R.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/stats/bootstrap.hh"
#include "harness/stats/change_points.hh"
#include "harness/stats/dip.hh"
#include "harness/stats/distributions.hh"
#include "harness/stats/holm.hh"
#include "harness/stats/mann_whitney.hh"
#include "harness/stats/sign_flip.hh"
#include "harness/stats/summary.hh"
#include "harness/stats/superiority.hh"
#include "harness/stats/tukey_fences.hh"

namespace banco::stats {
namespace {

using Numbers = std::vector<double>;
using Fields = std::vector<Numbers>;

// One kind of case: what we make of the fields, of which the last ones are what R made of the others.
struct Function {
  std::function<Numbers(const Fields&)> compute;
  double tolerance = 1e-12;  // relative, and absolute below 1
};

Numbers count_places(const Numbers& values) {
  const TukeyFences fences = tukey_fences(values);
  Numbers counts(3);
  for (const double value : values) {
    const Place place = fences.place(value);
    ++counts[place == Place::kInside ? 0 : 1];
    if (place == Place::kFarOut) ++counts[2];
  }
  return counts;
}

const std::map<std::string, Function> kFunctions{
    {"quantile", {[](const Fields& in) { return Numbers{quantile(in[0], in[1][0])}; }}},
    {"summary", {[](const Fields& in) {
       const Summary summary = summarise(in[0]);
       return Numbers{summary.median, summary.mean, summary.min, summary.max,
                      summary.median_absolute_deviation};
     }}},
    {"deviation", {[](const Fields& in) { return Numbers{standard_deviation(in[0])}; }}},
    {"median_interval", {[](const Fields& in) {
       const auto interval = summarise(in[0]).median_interval.value();
       return Numbers{interval.low, interval.high, interval.coverage_ratio};
     }}},
    {"fences", {[](const Fields& in) {
       const TukeyFences fences = tukey_fences(in[0]);
       return Numbers{fences.outer_low, fences.inner_low, fences.inner_high, fences.outer_high};
     }}},
    {"outside", {[](const Fields& in) { return count_places(in[0]); }}},
    {"dip", {[](const Fields& in) { return Numbers{dip_test(in[0]).dip}; }}},
    {"dip_p_value", {[](const Fields& in) { return Numbers{dip_test(in[0]).p_value}; }, 0.03}},
    {"normal_quantile", {[](const Fields& in) { return Numbers{normal_quantile(in[0][0])}; }}},
    {"student_quantile",
     {[](const Fields& in) { return Numbers{student_quantile(in[0][0], in[1][0])}; }, 1e-10}},
    {"student_probability",
     {[](const Fields& in) { return Numbers{student_probability(in[0][0], in[1][0])}; }, 1e-9}},
    {"holm", {[](const Fields& in) { return holm_adjust(in[0]); }}},
    {"mann_whitney",
     {[](const Fields& in) {
        return Numbers{mann_whitney_u(in[0], in[1]), mann_whitney_p_value(in[0], in[1])};
      },
      1e-10}},
    {"superiority",
     {[](const Fields& in) {
        const Superiority found = superiority(in[0], in[1]);
        return Numbers{found.probability, found.interval.low, found.interval.high};
      },
      1e-9}},
    {"sign_flip", {[](const Fields& in) { return Numbers{sign_flip_p_value(in[0])}; }}},
    // Both are drawn.
    {"bootstrap",
     {[](const Fields& in) {
        Random random(1);
        const Interval interval = bootstrap_interval(in[0], mean, random);
        return Numbers{interval.low, interval.high};
      },
      0.04}},
    {"change_point", {[](const Fields& in) {
       Numbers indices;
       for (const ChangePoint& point : change_points(in[0]))
         indices.push_back(static_cast<double>(point.index));
       return indices;
     }}},
};

Numbers parse_numbers(const std::string& text) {
  std::istringstream stream(text);
  Numbers numbers;
  for (double number = 0; stream >> number;) numbers.push_back(number);
  return numbers;
}

TEST(Statistics, AgreeWithR) {
  std::ifstream file(SOURCE_DIR "/testdata/reference.txt");
  std::map<std::string, int> counts;
  for (std::string line; std::getline(file, line);) {
    std::istringstream stream(line);
    std::string name;
    std::getline(stream, name, ';');
    Fields fields;
    for (std::string field; std::getline(stream, field, ';');) fields.push_back(parse_numbers(field));
    ASSERT_TRUE(kFunctions.contains(name)) << name;
    const Function& function = kFunctions.at(name);
    const Numbers expected = fields.back();
    fields.pop_back();
    const Numbers computed = function.compute(fields);
    ASSERT_EQ(computed.size(), expected.size()) << line;
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(computed[i], expected[i], function.tolerance * std::max(1.0, std::abs(expected[i])))
          << line;
    ++counts[name];
  }
  for (const auto& [name, function] : kFunctions) EXPECT_GE(counts[name], 3) << name;
}

}  // namespace
}  // namespace banco::stats
