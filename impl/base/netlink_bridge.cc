// The requests of Netlink that libnl has no words for: bridges with their options, groups of devices.
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>

#include <cstdint>

#include "impl/base/netlink.hh"

namespace banco::base {
namespace {

// One request about a link, put together attribute by attribute.
class LinkRequest {
 public:
  LinkRequest(int type, int flags) : message_(::nlmsg_alloc_simple(type, flags)) {
    ifinfomsg header{};
    ::nlmsg_append(message_, &header, sizeof header, NLMSG_ALIGNTO);
  }
  ~LinkRequest() { ::nlmsg_free(message_); }
  LinkRequest(const LinkRequest&) = delete;
  LinkRequest& operator=(const LinkRequest&) = delete;

  template <typename Value>
  void put(int attribute, const Value& value) {
    ::nla_put(message_, attribute, sizeof value, &value);
  }
  void put(int attribute, const std::string& text) { ::nla_put_string(message_, attribute, text.c_str()); }
  template <typename Inside>
  void nest(int attribute, Inside inside) {
    nlattr* const start = ::nla_nest_start(message_, attribute);
    inside();
    ::nla_nest_end(message_, start);
  }

  void send(nl_sock* socket, const std::string& attempt) {
    ::nlmsg_get(message_);  // nl_send_sync() gives one reference up
    if (const int result = ::nl_send_sync(socket, message_); result < 0) throw NetlinkError(attempt, result);
  }

 private:
  nl_msg* message_;
};

}  // namespace

void Netlink::add_bridge(const std::string& name, const BridgeOptions& options) {
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::invalid_argument("interface name '" + name + "' is not 1 to 15 characters long");
  LinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.put(IFLA_IFNAME, name);
  request.put(IFLA_GROUP, std::uint32_t{options.group});
  request.nest(IFLA_LINKINFO, [&] {
    request.put(IFLA_INFO_KIND, std::string("bridge"));
    request.nest(IFLA_INFO_DATA, [&] {
      if (options.spanning_tree) {
        // Hundredths of a second: each of the two steps to forwarding, between hellos, until one is missed.
        request.put(IFLA_BR_FORWARD_DELAY, std::uint32_t{200});
        request.put(IFLA_BR_HELLO_TIME, std::uint32_t{100});
        request.put(IFLA_BR_MAX_AGE, std::uint32_t{600});
        request.put(IFLA_BR_STP_STATE, std::uint32_t{1});
      }
    });
  });
  request.send(socket_.get(), "add bridge " + name);
}

void Netlink::remove_group(unsigned group) {
  LinkRequest request(RTM_DELLINK, 0);
  request.put(IFLA_GROUP, std::uint32_t{group});
  request.send(socket_.get(), "remove a group of devices");
}

}  // namespace banco::base
