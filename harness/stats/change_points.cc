#include "harness/stats/change_points.hh"

#include <algorithm>
#include <cmath>

#include "harness/stats/checks.hh"
#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

constexpr std::size_t kShuffleCount = 199;
constexpr double kSplitAlarmRatio = 0.01;

// Sums of |values[i] - values[j]| over rectangles of i and j, in constant time each.
class DistanceSums {
 public:
  explicit DistanceSums(std::span<const double> values)
      : width_(values.size() + 1), sums_(width_ * width_, 0.0) {
    for (std::size_t i = 0; i + 1 < width_; ++i)
      for (std::size_t j = 0; j + 1 < width_; ++j)
        sums_[(i + 1) * width_ + j + 1] = sums_[i * width_ + j + 1] + sums_[(i + 1) * width_ + j] -
                                          sums_[i * width_ + j] + std::abs(values[i] - values[j]);
  }

  // Over i in [i_low, i_high) and j in [j_low, j_high).
  double of(std::size_t i_low, std::size_t i_high, std::size_t j_low, std::size_t j_high) const {
    return sums_[i_high * width_ + j_high] - sums_[i_low * width_ + j_high] - sums_[i_high * width_ + j_low] +
           sums_[i_low * width_ + j_low];
  }

 private:
  std::size_t width_;
  std::vector<double> sums_;
};

struct Split {
  std::size_t index = 0;  // within the segment
  double energy = 0;      // how different both sides are; 0: there is no split
};

// The best place to split. What lies after it is compared up to every end, so that a change that goes away
// again is found as well (section 2.2 of the paper).
Split best_split(std::span<const double> segment) {
  Split best;
  if (segment.size() < 2 * kLeastSegmentCount) return best;
  const DistanceSums sums(segment);
  for (std::size_t middle = kLeastSegmentCount; middle + kLeastSegmentCount <= segment.size(); ++middle) {
    const auto m = static_cast<double>(middle);
    const double within_left = sums.of(0, middle, 0, middle) / (m * (m - 1));
    for (std::size_t end = middle + kLeastSegmentCount; end <= segment.size(); ++end) {
      const auto n = static_cast<double>(end - middle);
      const double between = 2 * sums.of(0, middle, middle, end) / (m * n);
      const double within_right = sums.of(middle, end, middle, end) / (n * (n - 1));
      const double energy = m * n / (m + n) * (between - within_left - within_right);
      if (energy > best.energy) best = {middle, energy};
    }
  }
  return best;
}

// The best split of all segments that begin at `starts`, which are ascending and begin with 0.
Split best_split_of_all(std::span<const double> values, std::span<const std::size_t> starts) {
  Split best;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : values.size();
    const Split split = best_split(values.subspan(starts[i], end - starts[i]));
    if (split.energy > best.energy) best = {starts[i] + split.index, split.energy};
  }
  return best;
}

double p_value(double energy, std::span<const double> values, std::span<const std::size_t> starts,
               Random& random) {
  std::vector<double> shuffled(values.begin(), values.end());
  std::size_t reached_count = 1;  // the order that was measured is one of them
  for (std::size_t i = 0; i < kShuffleCount; ++i) {
    for (std::size_t s = 0; s < starts.size(); ++s) {
      const std::size_t end = s + 1 < starts.size() ? starts[s + 1] : values.size();
      shuffle(std::span(shuffled).subspan(starts[s], end - starts[s]), random);
    }
    if (best_split_of_all(shuffled, starts).energy >= energy) ++reached_count;
  }
  return static_cast<double>(reached_count) / (kShuffleCount + 1);
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, std::uint64_t seed) {
  if (values.empty()) return {};
  require_finite(values, "a search for change points");
  Random random(seed);
  std::vector<ChangePoint> points;
  std::vector<std::size_t> starts{0};
  while (true) {
    const Split split = best_split_of_all(values, starts);
    if (split.energy <= 0) break;
    const double p = p_value(split.energy, values, starts, random);
    if (p > kSplitAlarmRatio) break;
    points.push_back({split.index, p});
    starts.insert(std::ranges::upper_bound(starts, split.index), split.index);
  }
  std::ranges::sort(points, {}, &ChangePoint::index);
  return points;
}

}  // namespace banco::stats
