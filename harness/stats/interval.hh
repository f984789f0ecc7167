// A range that holds what is sought with a stated confidence. Every interval of this folder is one.
#pragma once

namespace banco::stats {

// What every interval asks for; those of few values may have more.
inline constexpr double kCoverageRatio = 0.95;

struct Interval {
  double low = 0;
  double high = 0;
  double coverage_ratio = 0;  // actual confidence: 0.969 for min..max of 6
};

}  // namespace banco::stats
