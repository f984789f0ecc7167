#include "impl/base/netlink.hh"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/macvlan.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

#include <functional>

#include "impl/base/namespaces.hh"

namespace banco::base {
namespace {

template <auto release>
struct Release {
  template <typename Object>
  void operator()(Object* object) const {
    release(object);
  }
};
using CacheObject = std::unique_ptr<nl_cache, Release<nl_cache_free>>;
using LinkObject = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using AddressObject = std::unique_ptr<nl_addr, Release<nl_addr_put>>;
using InterfaceAddressObject = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;
using RouteObject = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;

void check(const std::string& attempt, int result) {
  if (result < 0) throw NetlinkError(attempt, result);
}

LinkObject find(nl_sock* socket, const std::string& name) {
  rtnl_link* link = nullptr;
  check("find " + name, ::rtnl_link_get_kernel(socket, 0, name.c_str(), &link));
  return LinkObject(link);
}

// Sends only what `modify` sets.
void change(nl_sock* socket, const std::string& attempt, const std::string& name,
            const std::function<void(rtnl_link*)>& modify) {
  const LinkObject link = find(socket, name);
  const LinkObject changes(::rtnl_link_alloc());
  ::rtnl_link_set_ifindex(changes.get(), ::rtnl_link_get_ifindex(link.get()));
  modify(changes.get());
  check(attempt + " " + name, ::rtnl_link_change(socket, link.get(), changes.get(), 0));
}

// Without a family libnl would try DECnet too, and take nearly any text.
int family_of(const std::string& text) {
  return text.find(':') == std::string::npos ? AF_INET : AF_INET6;
}

AddressObject parse_address(const std::string& text, int family) {
  nl_addr* address = nullptr;
  check("read address " + text, ::nl_addr_parse(text.c_str(), family, &address));
  return AddressObject(address);
}

void check_name(const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::invalid_argument("interface name '" + name + "' is not 1 to 15 characters long");
}

void describe(rtnl_link* link, const VethEnd& end) {
  ::rtnl_link_set_name(link, end.name.c_str());
  if (!end.mac.empty()) ::rtnl_link_set_addr(link, parse_address(end.mac, AF_LLC).get());
  if (end.mtu_bytes != 0) ::rtnl_link_set_mtu(link, static_cast<unsigned>(end.mtu_bytes));
}

}  // namespace

NetlinkError::NetlinkError(const std::string& attempt, int netlink_error_number)
    : std::runtime_error(attempt + ": " + ::nl_geterror(netlink_error_number)) {}

void Netlink::Close::operator()(nl_sock* socket) const {
  ::nl_socket_free(socket);
}

Netlink::Netlink() {
  connect();
}

Netlink::Netlink(const FileDescriptor& network_namespace) {
  in_network_namespace(network_namespace, [this] { connect(); });
}

void Netlink::connect() {
  socket_.reset(::nl_socket_alloc());
  check("connect to rtnetlink", ::nl_connect(socket_.get(), NETLINK_ROUTE));
}

void Netlink::add_veth(const VethEnd& first, const VethEnd& second) {
  check_name(first.name);
  check_name(second.name);
  const LinkObject link(::rtnl_link_veth_alloc());
  // The peer is part of `link`: libnl hands out a reference of its own to it.
  const LinkObject peer(::rtnl_link_veth_get_peer(link.get()));
  describe(link.get(), first);
  describe(peer.get(), second);
  if (!first.bridge.empty()) ::rtnl_link_set_master(link.get(), index_of(first.bridge));
  if (first.up) ::rtnl_link_set_flags(link.get(), IFF_UP);
  if (first.group != 0) ::rtnl_link_set_group(link.get(), first.group);
  if (second.network_namespace != nullptr)
    ::rtnl_link_set_ns_fd(peer.get(), second.network_namespace->number());
  check("add veth " + first.name, ::rtnl_link_add(socket_.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL));
}

void Netlink::add_macvlan(const std::string& name, const std::string& parent) {
  check_name(name);
  const LinkObject link(::rtnl_link_macvlan_alloc());
  ::rtnl_link_set_name(link.get(), name.c_str());
  ::rtnl_link_set_link(link.get(), index_of(parent));
  ::rtnl_link_macvlan_set_mode(link.get(), ::rtnl_link_macvlan_str2mode("bridge"));
  check("add macvlan " + name, ::rtnl_link_add(socket_.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL));
}

int Netlink::index_of(const std::string& name) {
  return ::rtnl_link_get_ifindex(find(socket_.get(), name).get());
}

void Netlink::remove(const std::string& name) {
  const LinkObject link = find(socket_.get(), name);
  check("remove " + name, ::rtnl_link_delete(socket_.get(), link.get()));
}

void Netlink::set_up(const std::string& name) {
  change(socket_.get(), "set up", name, [](rtnl_link* link) { ::rtnl_link_set_flags(link, IFF_UP); });
}

void Netlink::set_master(const std::string& name, const std::string& bridge) {
  const LinkObject master = find(socket_.get(), bridge);
  const LinkObject link = find(socket_.get(), name);
  check("plug " + name + " into " + bridge, ::rtnl_link_enslave(socket_.get(), master.get(), link.get()));
}

void Netlink::set_mtu(const std::string& name, int mtu_bytes) {
  change(socket_.get(), "set mtu of", name,
         [&](rtnl_link* link) { ::rtnl_link_set_mtu(link, static_cast<unsigned>(mtu_bytes)); });
}

void Netlink::set_mac(const std::string& name, const std::string& mac) {
  const AddressObject address = parse_address(mac, AF_LLC);
  change(socket_.get(), "set address of", name,
         [&](rtnl_link* link) { ::rtnl_link_set_addr(link, address.get()); });
}

void Netlink::set_alias(const std::string& name, const std::string& alias) {
  change(socket_.get(), "set alias of", name,
         [&](rtnl_link* link) { ::rtnl_link_set_ifalias(link, alias.c_str()); });
}

std::optional<std::string> Netlink::find_by_alias(const std::string& alias) {
  nl_cache* cache = nullptr;
  int result;
  do {  // again when interfaces came and went meanwhile
    result = ::rtnl_link_alloc_cache(socket_.get(), AF_UNSPEC, &cache);
  } while (result == -NLE_DUMP_INTR);
  check("list interfaces", result);
  const CacheObject owner(cache);
  for (nl_object* object = ::nl_cache_get_first(cache); object != nullptr;
       object = ::nl_cache_get_next(object)) {
    rtnl_link* const link = reinterpret_cast<rtnl_link*>(object);
    const char* const found = ::rtnl_link_get_ifalias(link);
    if (found != nullptr && found == alias) return ::rtnl_link_get_name(link);
  }
  return std::nullopt;
}

void Netlink::move(const std::string& name, const FileDescriptor& network_namespace,
                   const std::string& new_name) {
  check_name(new_name);
  change(socket_.get(), "move", name, [&](rtnl_link* link) {
    ::rtnl_link_set_ns_fd(link, network_namespace.number());
    ::rtnl_link_set_name(link, new_name.c_str());
  });
}

void Netlink::add_address(const std::string& name, const std::string& address) {
  const LinkObject link = find(socket_.get(), name);
  const AddressObject local = parse_address(address, family_of(address));
  const InterfaceAddressObject interface_address(::rtnl_addr_alloc());
  ::rtnl_addr_set_ifindex(interface_address.get(), ::rtnl_link_get_ifindex(link.get()));
  check("set address", ::rtnl_addr_set_local(interface_address.get(), local.get()));
  ::rtnl_addr_set_flags(interface_address.get(), IFA_F_NODAD);
  check("add address " + address + " to " + name, ::rtnl_addr_add(socket_.get(), interface_address.get(), 0));
}

void Netlink::add_route(const std::string& destination, const std::string& name) {
  const LinkObject link = find(socket_.get(), name);
  const AddressObject network = parse_address(destination, family_of(destination));
  const RouteObject route(::rtnl_route_alloc());
  check("set destination", ::rtnl_route_set_dst(route.get(), network.get()));
  ::rtnl_route_set_scope(route.get(), RT_SCOPE_LINK);
  rtnl_nexthop* const hop = ::rtnl_route_nh_alloc();
  ::rtnl_route_nh_set_ifindex(hop, ::rtnl_link_get_ifindex(link.get()));
  ::rtnl_route_add_nexthop(route.get(), hop);  // the route owns it now
  check("add route " + destination + " by " + name, ::rtnl_route_add(socket_.get(), route.get(), 0));
}

void Netlink::add_gateway(const std::string& destination, const std::string& gateway) {
  const AddressObject hop_address = parse_address(gateway, family_of(gateway));
  const AddressObject network = parse_address(destination, family_of(gateway));
  const RouteObject route(::rtnl_route_alloc());
  check("set destination", ::rtnl_route_set_dst(route.get(), network.get()));
  rtnl_nexthop* const hop = ::rtnl_route_nh_alloc();
  ::rtnl_route_nh_set_gateway(hop, hop_address.get());
  ::rtnl_route_add_nexthop(route.get(), hop);  // the route owns it now
  check("add route " + destination + " via " + gateway, ::rtnl_route_add(socket_.get(), route.get(), 0));
}

bool Netlink::exists(const std::string& name) {
  rtnl_link* link = nullptr;
  const int result = ::rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &link);
  LinkObject owner(link);
  if (result == -NLE_NODEV || result == -NLE_OBJ_NOTFOUND) return false;
  check("find " + name, result);
  return true;
}

bool Netlink::has_carrier(const std::string& name) {
  return (::rtnl_link_get_flags(find(socket_.get(), name).get()) & IFF_LOWER_UP) != 0;
}

}  // namespace banco::base
