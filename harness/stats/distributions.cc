#include "harness/stats/distributions.hh"

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "harness/stats/bisect.hh"

namespace banco::stats {
namespace {

void require_probability(double probability) {
  if (!(probability > 0 && probability < 1))
    throw std::invalid_argument(
        "a quantile of a distribution is asked for between 0 and 1, neither included");
}

// The continued fraction of the incomplete beta function I_x(a, b), evaluated from the front by Lentz's
// method as Thompson and Barnett changed it (Journal of Computational Physics 64, 1986). Converges for x <
// (a+1)/(a+b+2).
double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double numerator = 1;
  double denominator = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = denominator;
  double factor = 0;
  const auto take = [&](double coefficient) {
    denominator = 1 / away_from_zero(1 + coefficient * denominator);
    numerator = away_from_zero(1 + coefficient / numerator);
    factor = numerator * denominator;
    fraction *= factor;
  };
  for (int m = 1; m <= 10'000 && std::abs(factor - 1) > 1e-15; ++m) {
    take(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
    take(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
  }
  return fraction;
}

// I_x(a, b); `complement` is 1-x, which the caller knows without cancellation.
double incomplete_beta(double x, double complement, double a, double b) {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) +
                                b * std::log(complement));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(complement, b, a) / b;
}

// P(T ≤ -t) for t ≥ 0: the small tail, which keeps its digits.
double student_tail(double t, double freedom) {
  const double square = t * t;
  return incomplete_beta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5) / 2;
}

// The point of a symmetric distribution below which lies `probability`, from its tail beyond a point ≥ 0.
template <typename Tail>
double symmetric_quantile(double probability, Tail tail) {
  require_probability(probability);
  if (probability == 0.5) return 0;
  const double beyond = probability < 0.5 ? probability : 1 - probability;
  double high = 1;
  while (tail(high) > beyond) high *= 2;
  const double point = bisect(0, high, 0, [&](double at) { return tail(at) <= beyond; });
  return probability < 0.5 ? -point : point;
}

}  // namespace

double normal_probability(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double normal_quantile(double probability) {
  return symmetric_quantile(probability, [](double z) { return normal_probability(-z); });
}

double student_probability(double t, double freedom) {
  if (!(freedom > 0)) throw std::invalid_argument("Student's distribution needs degrees of freedom above 0");
  const double tail = student_tail(std::abs(t), freedom);
  return t < 0 ? tail : 1 - tail;
}

double student_quantile(double probability, double freedom) {
  if (!(freedom > 0)) throw std::invalid_argument("Student's distribution needs degrees of freedom above 0");
  return symmetric_quantile(probability, [&](double t) { return student_tail(t, freedom); });
}

}  // namespace banco::stats
