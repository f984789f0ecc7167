// The menu hash/ of the console. There is no hash table: each port publishes where it has sent from, so that
// an address may stand there for several ports while it moves. "Hash size" is what a port can publish, and
// the bucket is always 0.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_text.hh"

namespace banco::shm_switch {
namespace {

void show_table_info(ConsoleCall& call) {
  call.reply.data = fmt::format("Hash size {}\nGC expire {} secs\n", SHM_CLAIM_COUNT,
                                call.context.control.switch_settings().ageing_s);
}

void set_expire(ConsoleCall& call) {
  call.context.control.set_ageing(number_argument(call, 0, "the number of seconds"));
}

std::string describe(const AddressView& entry) {
  return fmt::format("Hash: 0000 Addr: {} VLAN {:04} to port: {:03}  age {} secs\n",
                     address_text(entry.address), entry.vlan, entry.port, entry.age_s);
}

void print_addresses(ConsoleCall& call) {
  for (const AddressView& entry : call.context.control.addresses()) call.reply.data += describe(entry);
}

std::uint64_t address_argument(const ConsoleCall& call) {
  if (call.words.empty()) throw ControlError("the address is missing");
  std::uint64_t address = 0;
  unsigned octets[6]{};
  char rest = 0;
  if (std::sscanf(call.words[0].c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%c", &octets[0], &octets[1], &octets[2],
                  &octets[3], &octets[4], &octets[5], &rest) != 6)
    throw ControlError(fmt::format("{} is no address like 02:00:00:00:00:01", call.words[0]));
  for (const unsigned octet : octets) address = address << 8 | octet;
  return address;
}

void find(ConsoleCall& call) {
  const std::uint64_t address = address_argument(call);
  const std::uint16_t vlan = call.words.size() < 2 ? std::uint16_t{0} : vlan_argument(call, 1);
  for (const AddressView& entry : call.context.control.addresses())
    if (entry.address == address && entry.vlan == vlan) call.reply.data += describe(entry);
  if (call.reply.data.empty())
    throw ControlError(fmt::format("nobody has sent from {} in VLAN {}", address_text(address), vlan),
                       ENODEV);
}

}  // namespace

const std::vector<ConsoleCommand> kHashCommands{
    {"hash", "============", "ADDRESS TABLE MENU", false, nullptr},
    {"hash/showinfo", "", "show address table info", true, show_table_info},
    {"hash/setexpire", "N", "change hash entries expire time", false, set_expire},
    {"hash/print", "", "print the address table", true, print_addresses},
    {"hash/find", "MAC [VLAN]", "MAC lookup", true, find},
};

}  // namespace banco::shm_switch
