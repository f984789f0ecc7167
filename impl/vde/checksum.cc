#include "impl/vde/checksum.hh"

#include <cstring>
#include <iterator>
#include <numeric>

namespace banco::vde {
namespace {

// One's complement sums do not care how wide the words are that are added, as long as no carry is lost: a sum
// of 32-bit words in 64 bits loses none and folds to the same 16 bits (RFC 1071, 2(C)).
template <typename Word>
Word load(const std::byte* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

constexpr std::size_t kBlockBytes = 64;

// Both halves of each 64-bit lane, in four chains that do not wait for each other. Requires: whole blocks.
template <std::size_t lane_bytes>
[[gnu::always_inline]] inline std::uint64_t sum_blocks(const std::byte* from,
                                                       std::size_t size_bytes) noexcept {
  using Lanes [[gnu::vector_size(lane_bytes)]] = std::uint64_t;
  Lanes sums[4] = {};
  for (const std::byte* const end = from + size_bytes; from != end; from += 2 * lane_bytes) {
    Lanes first;
    Lanes second;
    std::memcpy(&first, from, lane_bytes);
    std::memcpy(&second, from + lane_bytes, lane_bytes);
    sums[0] += first & 0xffff'ffff;
    sums[1] += first >> 32;
    sums[2] += second & 0xffff'ffff;
    sums[3] += second >> 32;
  }
  const Lanes total = sums[0] + sums[1] + sums[2] + sums[3];
  std::uint64_t lanes[lane_bytes / 8];
  std::memcpy(lanes, &total, lane_bytes);
  return std::accumulate(std::begin(lanes), std::end(lanes), std::uint64_t{0});
}

#ifdef __x86_64__
[[gnu::target("avx2")]] std::uint64_t sum_blocks_avx2(const std::byte* from,
                                                      std::size_t size_bytes) noexcept {
  return sum_blocks<32>(from, size_bytes);
}
#endif

std::uint64_t sum_of_blocks(const std::byte* from, std::size_t size_bytes) noexcept {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) return sum_blocks_avx2(from, size_bytes);
#endif
  return sum_blocks<16>(from, size_bytes);
}

std::uint64_t sum_of(std::span<const std::byte> bytes) noexcept {
  const std::byte* from = bytes.data();
  std::size_t left_bytes = bytes.size();
  std::uint64_t sum = 0;
  if (const std::size_t block_bytes = left_bytes - left_bytes % kBlockBytes; block_bytes > 0) {
    sum = sum_of_blocks(from, block_bytes);
    from += block_bytes;
    left_bytes -= block_bytes;
  }
  for (; left_bytes >= 4; from += 4, left_bytes -= 4) sum += load<std::uint32_t>(from);
  if (left_bytes >= 2) {
    sum += load<std::uint16_t>(from);
    from += 2;
  }
  if (left_bytes % 2 != 0) {
    const std::byte padded[2] = {*from, std::byte{0}};
    sum += load<std::uint16_t>(padded);
  }
  return sum;
}

constexpr std::uint16_t fold(std::uint64_t sum) noexcept {
  sum = (sum & 0xffff'ffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace

void InternetSum::add(std::span<const std::byte> bytes) noexcept {
  const std::uint16_t sum = fold(sum_of(bytes));
  // Behind an odd piece every byte has the other place in its word.
  sum_ += is_odd_ ? __builtin_bswap16(sum) : sum;
  is_odd_ ^= bytes.size() % 2 != 0;
}

std::uint16_t InternetSum::folded() const noexcept {
  return be16toh(fold(sum_));
}

std::uint16_t InternetSum::nonzero_checksum() const noexcept {
  const std::uint16_t sum = checksum();
  return sum == 0 ? std::uint16_t{0xffff} : sum;
}

std::uint16_t internet_checksum(std::span<const std::byte> bytes) noexcept {
  InternetSum sum;
  sum.add(bytes);
  return sum.checksum();
}

InternetSum ipv4_pseudo_header(std::span<const std::byte, 8> addresses, std::uint8_t protocol,
                               std::uint16_t length_bytes) noexcept {
  InternetSum sum;
  sum.add(addresses);
  sum.add16(protocol);
  sum.add16(length_bytes);
  return sum;
}

InternetSum ipv6_pseudo_header(std::span<const std::byte, 32> addresses, std::uint8_t protocol,
                               std::uint32_t length_bytes) noexcept {
  InternetSum sum;
  sum.add(addresses);
  sum.add32(length_bytes);
  sum.add32(protocol);
  return sum;
}

}  // namespace banco::vde
