// ctl: `shm_switch ctl PATH COMMAND…`: what an administrator types, as a command of the console, and the
// answer as a table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "impl/base/usage_error.hh"
#include "impl/shm_switch/console_client.hh"

namespace banco::shm_switch {

struct CtlRequest {
  std::string path;      // of the switch
  std::string question;  // a line for the console; empty: the help is wanted
  bool ends_switch = false;
  // What to print when not --json. Null: nothing.
  std::function<std::string(const std::string& data)> show;
};

// `words`: what stands behind `ctl`. Throws base::UsageError.
CtlRequest parse_ctl(std::vector<std::string> words);
std::string ctl_help();

// Asks and prints. Returns the exit code; what is wrong is said on stderr.
int run_ctl(const std::vector<std::string>& words);

}  // namespace banco::shm_switch
