// Tables of `shm_switch ctl`, from the JSON of the console's menu json/: aligned, for 80 columns.
//
// Throw std::runtime_error when it is not what this version of the console says.
#pragma once

#include <string>

namespace banco::shm_switch {

std::string ports_table(const std::string& ports);
std::string macs_table(const std::string& addresses);
std::string stats_table(const std::string& ports);
// One port, sent and received side by side, drops by reason.
std::string stats_of_port(const std::string& ports, const std::string& number);
std::string vlans_line(const std::string& vlans);
std::string info_lines(const std::string& info);

}  // namespace banco::shm_switch
