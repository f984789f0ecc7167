// Addresses as text and back.
#include "harness/scenario/address.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

constexpr int kShortestPrefix = 8;

std::optional<Address> read_host(const std::string& text) {
  Address address;
  address.family = text.find(':') == std::string::npos ? Family::kIpv4 : Family::kIpv6;
  const int family = address.family == Family::kIpv4 ? AF_INET : AF_INET6;
  if (inet_pton(family, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.prefix_length = address.bit_count();
  return address;
}

std::optional<Address> read(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  auto address = read_host(text.substr(0, slash));
  if (!address) return std::nullopt;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + slash + 1, last, address->prefix_length);
  if (error != std::errc{} || end != last) return std::nullopt;
  if (address->prefix_length < kShortestPrefix || address->prefix_length > address->bit_count() - 2)
    return std::nullopt;
  return address;
}

// Multicast addresses mean groups; those of one link only mean nothing without its name.
bool names_one_host(const Address& address) {
  if (address.family == Family::kIpv4) return address.bytes[0] < 224;
  return address.bytes[0] != 0xFF && !(address.bytes[0] == 0xFE && (address.bytes[1] & 0xC0) == 0x80);
}

bool is_last(const Address& address) {
  Address last = address;
  for (int bit = address.prefix_length; bit < address.bit_count(); ++bit)
    last.bytes[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
  return last == address;
}

}  // namespace

Address Address::network() const {
  Address result = *this;
  for (int bit = prefix_length; bit < bit_count(); ++bit)
    result.bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80 >> bit % 8));
  return result;
}

bool Address::overlaps(const Address& other) const {
  if (family != other.family) return false;
  Address wide = *this;
  Address narrow = other;
  wide.prefix_length = narrow.prefix_length = std::min(prefix_length, other.prefix_length);
  return wide.network() == narrow.network();
}

Address Address::plus(std::uint64_t count, int bit) const {
  Address result = *this;
  // From the byte of that bit on to higher ones, as on paper.
  std::uint64_t carry = count << bit % 8;
  for (int at = bit_count() / 8 - 1 - bit / 8; at >= 0 && carry != 0; --at) {
    std::uint8_t& byte = result.bytes[static_cast<std::size_t>(at)];
    carry += byte;
    byte = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return result;
}

Address parse_address(const std::string& text) {
  const auto address = read(text);
  if (address && names_one_host(*address) && *address != address->network() && !is_last(*address))
    return *address;
  throw std::invalid_argument(
      fmt::format("{} is not the address of a host with its prefix length, such as 10.0.0.1/24 or fd00::1/64",
                  base::in_quotes(text)));
}

Address parse_network(const std::string& text) {
  const auto address = read(text);
  if (address && names_one_host(*address) && *address == address->network()) return *address;
  throw std::invalid_argument(fmt::format(
      "{} is not a network with its prefix length, such as 10.0.0.0/8 or fd00::/48", base::in_quotes(text)));
}

Address parse_host(const std::string& text) {
  if (const auto address = read_host(text); address && names_one_host(*address)) return *address;
  throw std::invalid_argument(
      fmt::format("{} is not an address such as 10.0.0.1 or fd00::1", base::in_quotes(text)));
}

std::string host_text(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(address.family == Family::kIpv4 ? AF_INET : AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

std::string address_text(const Address& address) {
  return fmt::format("{}/{}", host_text(address), address.prefix_length);
}

}  // namespace banco::scenario
