#include "harness/tools/udp_counters.hh"

#include <map>
#include <sstream>

namespace banco::tools {

std::vector<std::string> udp_counters_command() {
  return {"cat", "/proc/net/snmp"};
}

UdpCounters read_udp_counters(std::string_view output) {
  // "Udp: InDatagrams NoPorts …", then "Udp: 17 0 …".
  std::istringstream lines{std::string(output)};
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Udp: ")) continue;
    std::istringstream words(line.substr(5));
    if (names.empty()) {
      for (std::string name; words >> name;) names.push_back(name);
      continue;
    }
    std::map<std::string, std::uint64_t> values;
    for (const std::string& name : names) {
      std::uint64_t value = 0;
      if (words >> value) values[name] = value;
    }
    if (!values.contains("InDatagrams") || !values.contains("RcvbufErrors")) break;
    return {values["InDatagrams"], values["RcvbufErrors"]};
  }
  throw UdpCountersError("/proc/net/snmp does not tell InDatagrams and RcvbufErrors of UDP");
}

}  // namespace banco::tools
