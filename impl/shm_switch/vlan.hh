// Which VLANs a port belongs to (IEEE 802.1Q), and what that means for a frame.
//
// A port has at most one VLAN whose frames it sends and receives untagged, and any number whose frames carry
// their tag. An access port has only the first. A new port has untagged VLAN 0, the one without a number, and
// passes every tag as it is: unlike in vde_switch, where an unknown VLAN is dropped.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banco::shm_switch {

constexpr std::uint16_t kNoVlan = 0xffff;
constexpr std::uint16_t kVlanMax = 4094;

// Plain memory: it travels in messages as it is. VLAN ids above 4094 are never members.
struct VlanMembership {
  std::uint16_t untagged = 0;  // or kNoVlan
  std::array<std::uint64_t, 64> tagged{};

  bool has_tagged(std::uint16_t vlan) const noexcept {
    return vlan != 0 && vlan <= kVlanMax && (tagged[vlan / 64] >> (vlan % 64) & 1) != 0;
  }
  void set_tagged(std::uint16_t vlan, bool member) noexcept;
  bool has(std::uint16_t vlan) const noexcept { return vlan == untagged || has_tagged(vlan); }
  bool shares_any_with(const VlanMembership& other) const noexcept;
  bool operator==(const VlanMembership&) const = default;
};

// Untagged VLAN 0 and every tag: what a port has when nobody said anything.
VlanMembership every_vlan();
VlanMembership access_vlan(std::uint16_t vlan);

// "10": access port of VLAN 10. "trunk": every_vlan(). "10,20t,30-39t": untagged 10, tagged 20 and 30 to 39.
// Nothing when the text is none of these.
std::optional<VlanMembership> parse_vlans(std::string_view text);
// The same language; "trunk" for every_vlan(), "none" for no VLAN at all.
std::string to_text(const VlanMembership& membership);

}  // namespace banco::shm_switch
