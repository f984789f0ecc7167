#include "harness/tools/dd.hh"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace banco::tools {
namespace {

template <typename Number>
std::optional<Number> leading_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

}  // namespace

std::vector<std::string> dd_server_command(int port) {
  // With an input that ends nc would close its direction, at which the other nc gives up.
  return {"sh", "-c", fmt::format("busybox nc -l -p {} -e sh -c 'wc -c >&2'", port)};
}

std::vector<std::string> dd_client_command(const DdOptions& options) {
  return {"sh", "-c",
          fmt::format("/bin/dd if={} bs={} count={} | busybox nc {} {}", options.source, options.block_bytes,
                      options.count, options.server_address, options.port)};
}

// "8388608 bytes (8.4 MB, 8.0 MiB) copied, 0.0123 s, 682 MB/s" (GNU)
// "8388608 bytes (8.0MB) copied, 0.012345 seconds, 647.9MB/s" (busybox)
DdReport read_dd(std::string_view errors) {
  constexpr std::string_view kCopied = " copied, ";
  const std::size_t at = errors.find(kCopied);
  if (at == std::string_view::npos) throw DdError("dd did not say what it has copied");
  const std::size_t newline = errors.rfind('\n', at);
  const std::string_view line = errors.substr(newline == std::string_view::npos ? 0 : newline + 1);
  const auto bytes = leading_number<std::uint64_t>(line);
  const auto time_s = leading_number<double>(errors.substr(at + kCopied.size()));
  if (!bytes || !time_s || !(*time_s > 0)) throw DdError("dd's summary cannot be read");
  return {.bytes = *bytes, .time_s = *time_s};
}

std::uint64_t read_dd_server(std::string_view errors) {
  while (errors.starts_with(' ')) errors.remove_prefix(1);
  const auto bytes = leading_number<std::uint64_t>(errors);
  if (!bytes) throw DdError("the receiver did not count its bytes");
  return *bytes;
}

}  // namespace banco::tools
