#include "impl/shm_switch/command_line.hh"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>

namespace banco::shm_switch {
namespace {

// Every long name, for those that are written with one dash or shortened.
constexpr std::array kLongNames{"sock",     "vdesock",   "unix",     "path",        "mode",    "dirmode",
                                "group",    "numports",  "hub",      "daemon",      "pidfile", "mgmt",
                                "mgmtmode", "mgmtgroup", "rcfile",   "nostdin",     "descr",   "debugclients",
                                "version",  "help",      "ageing",   "fixed-vlans", "tap",     "fst",
                                "fstp",     "hashsize",  "priority", "macaddr"};

// The long name that `name` is or begins; empty when there is none, or more than one.
std::string long_name(const std::string& name) {
  std::string found;
  for (const std::string candidate : kLongNames) {
    if (candidate == name) return candidate;
    if (!candidate.starts_with(name)) continue;
    if (!found.empty() && !found.starts_with("fst")) return "";
    found = candidate;
  }
  return found;
}

// -sock, -mod=0660, --daem as --sock, --mode=0660, --daemon; anything else as it is.
std::string with_two_dashes(const std::string& word) {
  const std::size_t dashes = std::min<std::size_t>(word.find_first_not_of('-'), word.size());
  const auto equals = word.find('=');
  const std::string name = word.substr(dashes, equals == std::string::npos ? equals : equals - dashes);
  if (dashes == 0 || dashes > 2 || name.empty() || (dashes == 1 && name.size() == 1)) return word;
  const std::string full = long_name(name);
  if (full.empty()) return word;
  return "--" + full + (equals == std::string::npos ? "" : word.substr(equals));
}

mode_t octal(const char* option, const std::string& text) {
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc() || end != text.data() + text.size() || mode > 07777)
    throw base::UsageError(fmt::format("{} {}: an octal number like 0660 is wanted", option, text));
  return mode;
}

// What the options are before they are looked at.
struct Texts {
  std::string path, mode = "0600", directory_mode, pid_file, script, management_socket;
  std::string management_mode = "0600", ignored, tap;
  std::uint64_t port_count = ControlOptions().port_count;
  bool help = false, version = false, no_stdin = false, fixed_vlans = false, spanning_tree = false;
};

void add_options(CLI::App& app, Texts& texts, SwitchArguments& result) {
  app.set_help_flag();
  app.add_flag("-h,--help", texts.help, "print this");
  app.add_flag("-v,--version", texts.version, "print the version");
  app.add_option("-s,--sock,--path,--vdesock,--unix", texts.path,
                 "directory of the switch: clients open shm://PATH");
  app.add_option("-m,--mode", texts.mode, "permissions of the socket, octal: who may write may join")
      ->capture_default_str();
  app.add_option("--dirmode", texts.directory_mode, "permissions of the directory, octal");
  app.add_option("-g,--group", result.group, "group of the socket and the directory");
  app.add_option("-n,--numports", texts.port_count, "ports, at most 1024")->capture_default_str();
  app.add_flag("-x,--hub", result.control.hub, "every frame goes to every port");
  app.add_option("--ageing", result.control.ageing_s, "how many seconds an address is remembered [300]");
  app.add_flag("--fixed-vlans", texts.fixed_vlans, "clients may not choose the VLANs of their port");
  app.add_flag("-d,--daemon", result.daemon, "go to the background when the switch is ready");
  app.add_option("-p,--pidfile", texts.pid_file, "file for the process's number");
  app.add_option("-f,--rcfile", texts.script, "file with commands of the console, obeyed at the start");
  app.add_option("-M,--mgmt", texts.management_socket, "one more socket of the console, besides PATH/mgmt");
  app.add_option("--mgmtmode", texts.management_mode, "its permissions, octal")->capture_default_str();
  app.add_option("--mgmtgroup", result.management_group, "its group");
  app.add_flag("--nostdin", texts.no_stdin, "no console on the terminal");
  const std::string unused = "not used: ";
  app.add_option("-D,--descr,--debugclients", texts.ignored, unused + "taken for vde_switch's sake");
  for (const char* const name : {"--hashsize", "--priority", "--macaddr"})
    app.add_option_function<std::string>(
        name,
        [&result, name](const std::string&) {
          result.remarks.push_back(
              fmt::format("{} is ignored: there is no hash table, and the switch has no address", name));
        },
        unused + "told and ignored");
  app.add_option("-t,--tap", texts.tap, unused + "shm_tap joins a tap to a switch");
  app.add_flag("-F,--fst,--fstp", texts.spanning_tree, unused + "there is no spanning tree");
  app.footer(
      "shm_switch ctl PATH COMMAND shows and changes a running switch: see shm_switch ctl --help.\n"
      "Exit codes: 0 good, 1 failed, 2 usage.");
}

std::filesystem::path absolute(const std::string& path) {
  return path.empty() ? std::filesystem::path() : std::filesystem::absolute(path);
}

void check(const Texts& texts, SwitchArguments& result) {
  if (!texts.tap.empty())
    throw base::UsageError(fmt::format("--tap: the switch itself has no taps: shm_tap shm://{} {} joins one",
                                       texts.path.empty() ? "PATH" : absolute(texts.path).string(),
                                       texts.tap));
  if (texts.spanning_tree)
    throw base::UsageError("--fst: there is no spanning tree, so that switches must not be joined in a ring");
  if (texts.path.empty()) throw base::UsageError("--sock is missing: the directory of the switch");
  if (texts.port_count == 0) throw base::UsageError("--numports 0: a switch has at least one port");
  if (texts.port_count > SHM_PORT_COUNT_MAX)
    result.remarks.push_back(fmt::format("--numports {}: the switch has {} ports, the most there can be",
                                         texts.port_count, SHM_PORT_COUNT_MAX));
  result.control.port_count =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(texts.port_count, SHM_PORT_COUNT_MAX));
  result.control.clients_choose_vlans = !texts.fixed_vlans;
  result.mode = octal("--mode", texts.mode);
  if (!texts.directory_mode.empty()) result.directory_mode = octal("--dirmode", texts.directory_mode);
  result.management_mode = octal("--mgmtmode", texts.management_mode);
  result.terminal = !texts.no_stdin && !result.daemon;
  result.path = absolute(texts.path);
  result.pid_file = absolute(texts.pid_file);
  result.script = absolute(texts.script);
  result.management_socket = absolute(texts.management_socket);
}

}  // namespace

SwitchArguments parse_command_line(const std::vector<std::string>& words) {
  SwitchArguments result;
  Texts texts;
  CLI::App app("An Ethernet switch whose ports forward frames themselves, through shared memory",
               "shm_switch");
  add_options(app, texts, result);
  std::vector<std::string> normal(words.size());
  std::transform(words.begin(), words.end(), normal.begin(), with_two_dashes);
  std::reverse(normal.begin(), normal.end());  // as CLI11 wants them
  try {
    app.parse(normal);
  } catch (const CLI::ParseError& error) {
    const std::string sentence = error.what();
    throw base::UsageError(sentence.substr(0, sentence.find('\n')));
  }
  if (texts.help) {
    result.answer = app.help();
  } else if (texts.version) {
    result.answer = fmt::format("shm_switch {}\n", BANCO_VERSION);
  } else {
    check(texts, result);
  }
  return result;
}

}  // namespace banco::shm_switch
