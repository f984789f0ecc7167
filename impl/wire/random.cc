#include "impl/wire/random.hh"

#include <bit>
#include <cmath>
#include <numbers>

namespace banco::wire {
namespace {

std::uint64_t splitmix(std::uint64_t& state) noexcept {
  std::uint64_t mixed = state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) noexcept {
  std::uint64_t state = stream;
  state = seed ^ splitmix(state);
  for (std::uint64_t& word : state_) word = splitmix(state);
}

std::uint64_t Random::next() noexcept {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::normal() noexcept {
  // Box and Muller; 1 - uniform() is never 0.
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t Random::below(std::uint64_t count) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{next()} * count >> 64);
}

std::uint64_t Random::failures_before_success(double probability) noexcept {
  if (probability >= 1) return 0;
  const double failures = std::log(1 - uniform()) / std::log1p(-probability);
  return failures < 0x1p62 ? static_cast<std::uint64_t>(failures) : std::uint64_t{1} << 62;
}

}  // namespace banco::wire
