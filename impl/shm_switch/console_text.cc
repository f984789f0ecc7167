#include "impl/shm_switch/console_text.hh"

#include <fmt/format.h>
#include <pwd.h>

#include <array>

namespace banco::shm_switch {

std::string user_name(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return fmt::format("{}", uid);
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

std::string address_text(std::uint64_t address) {
  std::string result;
  for (int shift = 40; shift >= 0; shift -= 8)
    result += fmt::format("{}{:02x}", result.empty() ? "" : ":", address >> shift & 0xff);
  return result;
}

VlanMembership explicit_vlans(const VlanMembership& now) {
  return now == every_vlan() ? access_vlan(0) : now;
}

}  // namespace banco::shm_switch
