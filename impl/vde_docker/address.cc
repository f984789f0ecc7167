#include "impl/vde_docker/address.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

#include "impl/base/system_error.hh"
#include "impl/base/words.hh"

namespace banco::vde_docker {
namespace {

using base::in_quotes;

int bits_of(const IpAddress& address) {
  return address.is_ipv6 ? 128 : 32;
}

}  // namespace

bool IpAddress::holds(const IpAddress& other) const {
  if (is_ipv6 != other.is_ipv6) return false;
  for (int bit = 0; bit < prefix_bits; ++bit) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80u >> (bit % 8);
    if (((bytes[index] ^ other.bytes[index]) & mask) != 0) return false;
  }
  return true;
}

IpAddress parse_address(const std::string& text, const std::string& what) {
  IpAddress address;
  address.is_ipv6 = text.find(':') != std::string::npos;
  if (::inet_pton(address.is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) != 1 ||
      text.find('\0') != std::string::npos)
    throw std::invalid_argument(fmt::format("{} {} is no IP address", what, in_quotes(text)));
  address.prefix_bits = bits_of(address);
  return address;
}

IpAddress parse_with_prefix(const std::string& text, const std::string& what) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos)
    throw std::invalid_argument(
        fmt::format("{} {} has no prefix length; write it as 10.0.0.2/24", what, in_quotes(text)));
  IpAddress address = parse_address(text.substr(0, slash), what);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, address.prefix_bits);
  if (error != std::errc() || stop != end || address.prefix_bits < 0 ||
      address.prefix_bits > bits_of(address))
    throw std::invalid_argument(fmt::format("{} {} has a prefix length that is not 0 to {}", what,
                                            in_quotes(text), bits_of(address)));
  return address;
}

std::string without_prefix(const std::string& text) {
  return text.substr(0, text.find('/'));
}

void check_mac(const std::string& text) {
  std::array<unsigned, 6> bytes{};
  int end = 0;
  const int count = std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%n", &bytes[0], &bytes[1], &bytes[2],
                                &bytes[3], &bytes[4], &bytes[5], &end);
  const bool is_zero = bytes == std::array<unsigned, 6>{};
  if (count != 6 || text.size() != 17 || end != 17 || (bytes[0] & 1) != 0 || is_zero)
    throw std::invalid_argument(fmt::format(
        "the MAC address {} is not that of one station; write it as 02:42:0a:00:00:02", in_quotes(text)));
}

std::string choose_mac(const std::string& address) {
  std::array<std::uint8_t, 6> bytes{0x02, 0x42};
  if (address.empty()) {
    base::check_system_call("getrandom", ::getrandom(bytes.data(), bytes.size(), 0));
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0xfc) | 0x02);
  } else {
    const IpAddress ip = parse_with_prefix(address, "the address");
    std::copy_n(ip.bytes.begin(), 4, bytes.begin() + 2);
  }
  return fmt::format("{:02x}", fmt::join(bytes, ":"));
}

}  // namespace banco::vde_docker
