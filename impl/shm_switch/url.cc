#include "impl/shm_switch/url.hh"

#include <fmt/format.h>
#include "impl/vde/plug_api.hh"

#include <array>
#include <bit>
#include <charconv>
#include <string_view>

namespace banco::shm_switch {
namespace {

std::uint32_t number_of(const char* key, std::string_view text, std::uint32_t most, int number_base = 10) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, number_base);
  if (error != std::errc() || end != text.data() + text.size() || number > most)
    throw OpenError(EINVAL, fmt::format("{}={}: a number from 0 to {} is wanted", key, text, most));
  return number;
}

}  // namespace

std::pair<PortOptions, Patience> options_from_url(char* url, const char* description,
                                                  const vde_open_args* arguments) {
  char* port = nullptr;
  char* vlan = nullptr;
  char* mode = nullptr;
  char* group = nullptr;
  char* spin = nullptr;
  char* wait = nullptr;
  char* ring = nullptr;
  char* vnet_hdr = nullptr;
  std::array<vdeparms, 9> parameters{{{const_cast<char*>("port"), &port},
                                      {const_cast<char*>("vlan"), &vlan},
                                      {const_cast<char*>("mode"), &mode},
                                      {const_cast<char*>("group"), &group},
                                      {const_cast<char*>("spin"), &spin},
                                      {const_cast<char*>("wait"), &wait},
                                      {const_cast<char*>("ring"), &ring},
                                      {const_cast<char*>("vnet_hdr"), &vnet_hdr},
                                      {nullptr, nullptr}}};
  if (vde_parsepathparms(url, parameters.data()) != 0)
    throw OpenError(
        EINVAL,
        fmt::format("{}: the parameters are port=, vlan=, mode=, group=, spin=, wait=, ring= and vnet_hdr",
                    url));
  if (*url != '/')
    throw OpenError(EINVAL, fmt::format("{}: the path of a switch starts with /: shm:///run/switch", url));

  PortOptions options;
  options.path = url;
  options.description = description == nullptr ? "" : description;
  options.offload = vnet_hdr != nullptr;
  if (arguments != nullptr) {
    options.number = arguments->port > 0 ? static_cast<std::uint32_t>(arguments->port) : 0;
  }
  if (port != nullptr) options.number = number_of("port", port, SHM_PORT_COUNT_MAX);
  // Other plugs give their socket this mode and group. A port has no socket: who may join is said by the
  // switch.
  if (mode != nullptr) number_of("mode", mode, 07777, 8);
  if (group != nullptr && vde_grnam2gid(group) == static_cast<gid_t>(-1))
    throw OpenError(EINVAL, fmt::format("group={}: there is no such group", group));
  if (vlan != nullptr) {
    options.vlans = parse_vlans(vlan);
    if (!options.vlans)
      throw OpenError(EINVAL,
                      fmt::format("vlan={}: wanted is a VLAN (10), several (10,20t,30-39t) or trunk", vlan));
  }
  if (ring != nullptr) {
    options.ring_bytes = std::size_t{number_of("ring", ring, SHM_RING_BYTES >> 10)} << 10;
    if (options.ring_bytes < kWindowLimitMin || !std::has_single_bit(options.ring_bytes))
      throw OpenError(EINVAL, fmt::format("ring={}: wanted is 4, 8, 16 … 1024 (KiB)", ring));
  }
  const auto microseconds = [](const char* key, const char* text) {
    if (text == nullptr) return std::chrono::microseconds(0);
    return std::chrono::microseconds(*text == '\0' ? 50 : number_of(key, text, 10'000));
  };
  return {std::move(options), {microseconds("spin", spin), microseconds("wait", wait)}};
}

}  // namespace banco::shm_switch
