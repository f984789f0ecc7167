// Addresses as text and back.
#include "harness/scenario/address.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <stdexcept>

#include "harness/scenario/words.hh"

namespace banco::scenario {

namespace {

std::optional<Address> read(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  in_addr bits{};
  if (inet_pton(AF_INET, text.substr(0, slash).c_str(), &bits) != 1) return std::nullopt;
  Address address{ntohl(bits.s_addr), 0};
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + slash + 1, last, address.prefix_length);
  if (error != std::errc{} || end != last) return std::nullopt;
  if (address.prefix_length < 8 || address.prefix_length > 30) return std::nullopt;
  if (address.host() == 0 || address.host() == ~address.mask()) return std::nullopt;
  return address;
}

}  // namespace

Address parse_address(const std::string& text) {
  const auto address = read(text);
  if (address) return *address;
  throw std::invalid_argument(
      fmt::format("{} is not the address of a host with its prefix length (8 to 30), such as 10.0.0.1/24",
                  in_quotes(text)));
}

std::string address_text(const Address& address) {
  return fmt::format("{}.{}.{}.{}/{}", address.bits >> 24, address.bits >> 16 & 255, address.bits >> 8 & 255,
                     address.bits & 255, address.prefix_length);
}

}  // namespace banco::scenario
