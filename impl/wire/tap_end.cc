#include "impl/wire/tap_end.hh"

#include <net/if.h>

#include <stdexcept>

#include "impl/vde/tap.hh"

namespace banco::wire {
namespace {

const std::string& checked(const std::string& device) {
  if (device.empty() || device.size() >= IFNAMSIZ || device.find('/') != std::string::npos)
    throw std::invalid_argument("tap://" + device + ": the name of a device has 1 to 15 characters");
  return device;
}

}  // namespace

TapEnd::TapEnd(const std::string& device) : tap_(vde::open_tap(checked(device), true)) {}

std::optional<End::Arrival> TapEnd::receive(std::span<std::byte> buffer, Time now) noexcept {
  if (const auto frame_bytes = tap_.receive(buffer)) return Arrival{*frame_bytes, now};
  return std::nullopt;
}

bool TapEnd::send(std::span<const std::byte> frame) noexcept {
  tap_.send(frame);
  return true;
}

}  // namespace banco::wire
