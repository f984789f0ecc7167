#include "harness/stats/sign_flip.hh"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "harness/stats/checks.hh"
#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

constexpr std::uint64_t kDrawnFlipCount = std::uint64_t{1} << 18;
// Sums that are equal on paper differ by rounding; the smallest step between unequal ones is far larger.
constexpr double kRoundingRatio = 1e-12;

// The sums of all choices of signs for `terms`, in ascending order.
std::vector<double> flipped_sums(std::span<const double> terms) {
  std::vector<double> sums{0};
  for (const double term : terms) {
    const double step = std::abs(term);
    std::vector<double> lower;
    std::vector<double> upper;
    for (const double sum : sums) {
      lower.push_back(sum - step);
      upper.push_back(sum + step);
    }
    sums.clear();
    std::merge(lower.begin(), lower.end(), upper.begin(), upper.end(), std::back_inserter(sums));
  }
  return sums;
}

// How many choices of signs for `terms` have a sum of at least `threshold`. Each is a choice for the one half
// and one for the other, so 2·2^(n/2) sums say it for all 2^n.
std::uint64_t count_reaching(std::span<const double> terms, double threshold) {
  const auto ones = flipped_sums(terms.first(terms.size() / 2));
  const auto others = flipped_sums(terms.subspan(terms.size() / 2));
  std::uint64_t count = 0;
  auto other = others.size();  // others from here on reach the threshold together with the present one
  for (const double one : ones) {
    while (other > 0 && one + others[other - 1] >= threshold) --other;
    count += others.size() - other;
  }
  return count;
}

double flip_randomly(std::span<const double> terms, Random& random) {
  double sum = 0;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    bits = i % 64 == 0 ? random() : bits >> 1;
    sum += (bits & 1) != 0 ? terms[i] : -terms[i];
  }
  return sum;
}

}  // namespace

double sign_flip_p_value(std::span<const double> differences, std::uint64_t seed) {
  require_finite(differences, "a sign-flip test");
  double sum = 0;
  double magnitude = 0;
  for (const double difference : differences) {
    sum += difference;
    magnitude += std::abs(difference);
  }
  const double threshold = std::abs(sum) - kRoundingRatio * magnitude;
  if (threshold <= 0) return 1;
  if (differences.size() <= kExactSignFlipCount)  // as many are as far below 0 as above
    return std::ldexp(static_cast<double>(count_reaching(differences, threshold)),
                      1 - static_cast<int>(differences.size()));
  Random random(seed);
  std::uint64_t extreme_count = 1;  // what was measured is one of the choices
  for (std::uint64_t i = 0; i < kDrawnFlipCount; ++i)
    if (std::abs(flip_randomly(differences, random)) >= threshold) ++extreme_count;
  return static_cast<double>(extreme_count) / static_cast<double>(kDrawnFlipCount + 1);
}

double least_sign_flip_p_value(std::size_t count) {
  return std::ldexp(2.0, -static_cast<int>(count));
}

}  // namespace banco::stats
