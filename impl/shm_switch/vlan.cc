#include "impl/shm_switch/vlan.hh"

#include <fmt/format.h>

#include <charconv>

namespace banco::shm_switch {
namespace {

std::optional<std::uint16_t> parse_vlan(std::string_view text) {
  std::uint16_t vlan = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), vlan);
  if (error != std::errc() || end != text.data() + text.size() || vlan > kVlanMax) return std::nullopt;
  return vlan;
}

// "20" or "20-29" without its t.
bool add_tagged(VlanMembership& membership, std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_vlan(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_vlan(text.substr(dash + 1));
  if (!first || !last || *first == 0 || *last < *first) return false;
  for (std::uint16_t vlan = *first; vlan <= *last; ++vlan) membership.set_tagged(vlan, true);
  return true;
}

}  // namespace

void VlanMembership::set_tagged(std::uint16_t vlan, bool member) noexcept {
  if (vlan == 0 || vlan > kVlanMax) return;
  const std::uint64_t bit = std::uint64_t{1} << (vlan % 64);
  tagged[vlan / 64] = member ? tagged[vlan / 64] | bit : tagged[vlan / 64] & ~bit;
}

bool VlanMembership::shares_any_with(const VlanMembership& other) const noexcept {
  if (untagged != kNoVlan && other.has(untagged)) return true;
  if (other.untagged != kNoVlan && has(other.untagged)) return true;
  for (std::size_t i = 0; i < tagged.size(); ++i)
    if ((tagged[i] & other.tagged[i]) != 0) return true;
  return false;
}

VlanMembership every_vlan() {
  VlanMembership result;
  for (std::uint16_t vlan = 1; vlan <= kVlanMax; ++vlan) result.set_tagged(vlan, true);
  return result;
}

VlanMembership access_vlan(std::uint16_t vlan) {
  VlanMembership result;
  result.untagged = vlan;
  return result;
}

std::optional<VlanMembership> parse_vlans(std::string_view text) {
  if (text == "trunk") return every_vlan();
  VlanMembership result;
  result.untagged = kNoVlan;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    if (word.ends_with('t')) {
      if (!add_tagged(result, word.substr(0, word.size() - 1))) return std::nullopt;
      continue;
    }
    const auto vlan = parse_vlan(word);
    if (!vlan || result.untagged != kNoVlan) return std::nullopt;
    result.untagged = *vlan;
  }
  return result;
}

std::string to_text(const VlanMembership& membership) {
  if (membership == every_vlan()) return "trunk";
  std::string result = membership.untagged == kNoVlan ? "" : fmt::format("{}", membership.untagged);
  for (std::uint16_t vlan = 1; vlan <= kVlanMax; ++vlan) {
    if (!membership.has_tagged(vlan)) continue;
    std::uint16_t last = vlan;
    while (membership.has_tagged(static_cast<std::uint16_t>(last + 1))) ++last;
    if (!result.empty()) result += ',';
    result += last == vlan ? fmt::format("{}t", vlan) : fmt::format("{}-{}t", vlan, last);
    vlan = last;
  }
  return result.empty() ? "none" : result;
}

}  // namespace banco::shm_switch
