// The normal and Student's t distribution: probabilities and quantiles, to 9 digits.
#pragma once

namespace banco::stats {

// P(Z ≤ z).
double normal_probability(double z);

// The z with P(Z ≤ z) = `probability`. Throws std::invalid_argument unless 0 < probability < 1.
double normal_quantile(double probability);

// P(T ≤ t) with `freedom` degrees of freedom, which need not be whole.
// Source: by the incomplete beta function, Abramowitz and Stegun 26.7.1; its continued fraction is
// DLMF 8.17.22. Throws std::invalid_argument unless freedom > 0.
double student_probability(double t, double freedom);

// The t with P(T ≤ t) = `probability`. Throws std::invalid_argument unless 0 < probability < 1 and freedom >
// 0.
double student_quantile(double probability, double freedom);

}  // namespace banco::stats
