#include "harness/machine/guest_setup.hh"

#include <fmt/format.h>

namespace banco::machine {
namespace {

// Values are parameters of this script, never part of it.
constexpr const char* kScript = R"script(
fail() { echo "$*" >&2; exit 1; }
set_to() { { echo "$1" >"$2"; } 2>/dev/null; }
command -v ip >/dev/null || fail "its image has no ip"
# Nothing but the measured traffic on the wires, and no memory of earlier connections.
for family in all default; do
  for what in accept_ra accept_dad router_solicitations; do
    set_to 0 /proc/sys/net/ipv6/conf/$family/$what
  done
done
set_to 1 /proc/sys/net/ipv4/tcp_no_metrics_save
set_to 16777216 /proc/sys/net/core/rmem_max
set_to 16777216 /proc/sys/net/core/wmem_max
ip link set lo up
# A card may have the name that another one is to have.
for word in "$@"; do
  case $word in mac.*) ;; *) continue ;; esac
  name=${word#mac.}
  name=${name%%=*}
  for card in /sys/class/net/*; do
    { read -r mac <"$card/address"; } 2>/dev/null && [ "$mac" = "${word#*=}" ] || continue
    ip link set dev "${card##*/}" down && ip link set dev "${card##*/}" name "banco-$name" ||
      fail "${card##*/} cannot be called $name"
  done
done
for word in "$@"; do
  value=${word#*=}
  name=${word#*.}
  name=${name%%=*}
  case $word in
    hostname=*) set_to "$value" /proc/sys/kernel/hostname ;;
    mac.*)
      [ -e "/sys/class/net/banco-$name" ] || fail "its kernel has no driver (virtio) for the network card $value"
      ip link set dev "banco-$name" name "$name" && ip address flush dev "$name" || fail "there can be no $name"
      ;;
    mtu.*) ip link set dev "$name" mtu "$value" up || fail "$name: cannot set the MTU to $value" ;;
    address.*) ip address add "$value" dev "$name" || fail "$name: cannot set the address to $value" ;;
    route=*) ip route add "${value%,*}" via "${value#*,}" || fail "cannot set the route $value" ;;
  esac
done
)script";

}  // namespace

std::vector<std::string> guest_setup(const std::string& name, const std::vector<GuestNic>& nics,
                                     const std::vector<Route>& routes) {
  std::vector<std::string> words{"/bin/sh", "-c", kScript, "sh", "hostname=" + name};
  for (std::size_t i = 0; i < nics.size(); ++i) words.push_back(fmt::format("mac.eth{}={}", i, nics[i].mac));
  for (std::size_t i = 0; i < nics.size(); ++i) {
    words.push_back(fmt::format("mtu.eth{}={}", i, nics[i].mtu_bytes));
    for (const std::string& address : nics[i].addresses)
      words.push_back(fmt::format("address.eth{}={}", i, address));
  }
  for (const Route& route : routes)
    words.push_back(fmt::format("route={},{}", route.destination, route.gateway));
  return words;
}

}  // namespace banco::machine
