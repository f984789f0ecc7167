// The command line of shm_switch: that of vde_switch(1) where it has a meaning here, and our own options.
//
// vde_switch takes its long options with one dash or two, and shortened (getopt_long_only(3)): -sock,
// -daemon,
// --mod. So do we.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "impl/base/usage_error.hh"
#include "impl/shm_switch/control.hh"

namespace banco::shm_switch {

struct SwitchArguments {
  std::filesystem::path path;
  mode_t mode = 0600;
  std::optional<mode_t> directory_mode;
  std::string group;
  ControlOptions control;
  bool daemon = false;
  bool terminal = true;  // a console on stdin, if that is one
  std::filesystem::path pid_file;
  std::filesystem::path script;
  std::filesystem::path management_socket;  // besides PATH/mgmt
  mode_t management_mode = 0600;
  std::string management_group;

  std::string answer;                // of --help and --version: to be printed, nothing else done
  std::vector<std::string> remarks;  // what is taken, but not as asked
};

// `words`: without the program's name. Paths come out absolute. Throws base::UsageError.
SwitchArguments parse_command_line(const std::vector<std::string>& words);

}  // namespace banco::shm_switch
