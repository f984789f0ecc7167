// Random: numbers that are the same for the same seed, on every machine and with every C++ library.
//
// Source  xoshiro256++ 1.0 and splitmix64 of Blackman and Vigna (2019).
#pragma once

#include <array>
#include <cstdint>

namespace banco::wire {

class Random {
 public:
  // Different streams of one seed are independent of each other.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept;

  std::uint64_t next() noexcept;
  // From 0 to 1, without 1.
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // Mean 0, standard deviation 1.
  double normal() noexcept;
  // From 0 to `count` - 1. Requires: count > 0.
  std::uint64_t below(std::uint64_t count) noexcept;
  // How many fail before the first success, when each succeeds with `probability`. Requires: 0 < it <= 1.
  std::uint64_t failures_before_success(double probability) noexcept;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace banco::wire
