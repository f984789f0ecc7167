#include "impl/wire/vde_end.hh"

#include "impl/wire/tap_end.hh"

namespace banco::wire {

std::unique_ptr<End> open_end(const std::string& url, const std::string& description,
                              vde_open_args* arguments) {
  constexpr std::string_view kTap = "tap://";
  if (url.starts_with(kTap)) return std::make_unique<TapEnd>(url.substr(kTap.size()));
  return std::make_unique<VdeEnd>(url, description, arguments);
}

std::optional<End::Arrival> VdeEnd::receive(std::span<std::byte> buffer, Time now) noexcept {
  if (const auto frame_bytes = client_.receive(buffer)) return Arrival{*frame_bytes, now};
  return std::nullopt;
}

}  // namespace banco::wire
