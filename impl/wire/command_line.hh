// The command line of wire: `wire LEFT RIGHT [SETTING…]` or that of wirefilter(1), and the words for its
// help.
#pragma once

#include <string>
#include <vector>

#include "impl/base/usage_error.hh"
#include "impl/wire/settings.hh"

namespace banco::wire {

struct WireArguments {
  std::string left;  // a VNL
  std::string right;
  Settings settings;
  bool daemon = false;
  std::string pid_file;

  std::vector<std::string> remarks;  // what is taken, but not as asked
  std::string answer;                // of --help and --version: to be printed, nothing else done
};

// `words`: without the program's name. Paths come out absolute. Throws UsageError; std::invalid_argument with
// a sentence for a setting.
WireArguments parse_command_line(const std::vector<std::string>& words);

// Every setting with its values, a line each.
std::string settings_help();

}  // namespace banco::wire
