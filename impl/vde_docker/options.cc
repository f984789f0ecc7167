#include "impl/vde_docker/options.hh"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "impl/base/words.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde_docker/address.hh"

namespace banco::vde_docker {
namespace {

using base::in_quotes;
using std::invalid_argument;

constexpr std::size_t kUrlLimit_bytes = 1024;
constexpr std::size_t kRoutesLimit_count = 64;
// Docker appends a number of its own.
constexpr std::size_t kPrefixLimit_bytes = IFNAMSIZ - 1 - 3;
// IPv6 wants at least 1280 bytes (RFC 8200 5), IPv4 68 (RFC 791 3.2).
constexpr int kSmallestMtu_bytes = 68;
constexpr int kLargestMtu_bytes = static_cast<int>(vde::kMaxFrameBytes) - 18;

void set_url(NetworkOptions& options, const std::string& text) {
  const bool is_printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != 0x7f; });
  if (text.empty() || text.size() > kUrlLimit_bytes || !is_printable || text.front() == '-')
    throw invalid_argument(
        fmt::format("-o sock={}: a network of VDE has a URL of 1 to {} printable characters, such as "
                    "vde:///run/switch",
                    in_quotes(text), kUrlLimit_bytes));
  options.url = text;
}

void set_interface_prefix(NetworkOptions& options, const std::string& text) {
  const bool is_name = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (text.empty() || text.size() > kPrefixLimit_bytes || !is_name)
    throw invalid_argument(
        fmt::format("-o if={}: the name of an interface begins with 1 to {} letters, digits, _ or -; Docker "
                    "appends a number",
                    in_quotes(text), kPrefixLimit_bytes));
  options.interface_prefix = text;
}

void set_mtu(NetworkOptions& options, const std::string& text) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, options.mtu_bytes);
  if (error != std::errc() || stop != end || options.mtu_bytes < kSmallestMtu_bytes ||
      options.mtu_bytes > kLargestMtu_bytes)
    throw invalid_argument(fmt::format("-o mtu={}: frames of VDE carry {} to {} bytes", in_quotes(text),
                                       kSmallestMtu_bytes, kLargestMtu_bytes));
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Route parse_route(const std::string& text) {
  constexpr std::string_view kVia = " via ";
  const std::size_t via = text.find(kVia);
  Route route{trimmed(text.substr(0, via)), {}};
  const std::string what = "-o route=" + in_quotes(text) + ":";
  const IpAddress destination = parse_with_prefix(route.destination, what);
  if (via == std::string::npos) return route;
  route.gateway = trimmed(text.substr(via + kVia.size()));
  if (parse_address(route.gateway, what).is_ipv6 != destination.is_ipv6)
    throw invalid_argument(what + " destination and gateway are of two families");
  return route;
}

void set_routes(NetworkOptions& options, const std::string& text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    options.routes.push_back(parse_route(text.substr(begin, end - begin)));
    if (options.routes.size() > kRoutesLimit_count)
      throw invalid_argument(fmt::format("-o route=: more than {} routes", kRoutesLimit_count));
    begin = end + 1;
  }
}

}  // namespace

NetworkOptions parse_options(const std::map<std::string, std::string>& options) {
  NetworkOptions parsed;
  for (const auto& [key, value] : options) {
    if (key == "sock") {
      set_url(parsed, value);
    } else if (key == "if") {
      set_interface_prefix(parsed, value);
    } else if (key == "mtu") {
      set_mtu(parsed, value);
    } else if (key == "route") {
      set_routes(parsed, value);
    } else {
      throw invalid_argument(fmt::format("-o {}: no such option{}", in_quotes(key),
                                         base::suggestion(key, {"sock", "if", "mtu", "route"})));
    }
  }
  if (parsed.url.empty())
    throw invalid_argument("no network of VDE was named: -o sock=URL, such as -o sock=vde:///run/switch");
  return parsed;
}

}  // namespace banco::vde_docker
