// Draws that are the same on every machine: the standard fixes the sequence of std::mt19937_64, but not what
// the library's distributions make of it. Every seeded figure of banco is drawn with these.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <utility>

namespace banco::stats {

using Random = std::mt19937_64;

// 0 … count-1, each as likely (to count / 2^32). Requires: 1 ≤ count < 2^32.
inline std::size_t draw_index(Random& random, std::size_t count) {
  return ((random() >> 32) * count) >> 32;
}

// Between 0 and 1, never either.
inline double draw_uniform(Random& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

// Standard normal, by Box and Muller (Annals of Mathematical Statistics 29, 1958); takes two draws.
double draw_normal(Random& random);

// Every order as likely (Durstenfeld, Communications of the ACM 7, 1964, algorithm 235).
template <typename T>
void shuffle(std::span<T> values, Random& random) {
  for (std::size_t left = values.size(); left > 1; --left)
    std::swap(values[left - 1], values[draw_index(random, left)]);
}

}  // namespace banco::stats
