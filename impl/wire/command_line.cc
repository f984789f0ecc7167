#include "impl/wire/command_line.hh"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "impl/wire/impairment_keys.hh"
#include "impl/wire/wirefilter.hh"

namespace banco::wire {
namespace {

constexpr const char* kDescription =
    "wire: joins two networks of VDE, and does to the frames between them what a real link would.\n"
    "`wire ctl --help` tells how one that runs is shown and changed; `wire check SETTING…` only reads "
    "settings;\n"
    "`wire --wirefilter …` takes a command line of wirefilter(1) and its rc files.\n"
    "With settings of one direction, lr. is from left to right and rl. from right to left: lr.delay=200ms";

// A daemon's working directory is another one.
void make_absolute(WireArguments& arguments) {
  for (std::string* path : {&arguments.pid_file, &arguments.settings.control_path})
    if (!path->empty()) *path = std::filesystem::absolute(*path);
}

}  // namespace

std::string settings_help() {
  std::string text = "Settings, each for both directions unless lr. or rl. stands before it:\n";
  for (const ImpairmentKey& key : impairment_keys())
    text += fmt::format("  {}={}\n      {}\n", key.name, key.shape, key.help);
  return text +
         "Settings of the whole wire:\n"
         "  states=NAME,NAME…     states of a Markov chain; NAME:KEY=VALUE sets what is so in one of them\n"
         "  FROM>TO=RATIO         how likely FROM is followed by TO at each step\n"
         "  step=TIME             of the chain (100ms)\n"
         "  at=TIME:SETTING       a timetable: what is set when the wire is so old\n"
         "  seed=NUMBER           of every random decision: the same seed and frames, the same decisions\n"
         "  line=BYTES            memory for frames on their way, of each direction (64M)\n"
         "  ctl=PATH              a socket for `wire ctl PATH show|state|set SETTING…`\n"
         "Times are 20ms, 1.5s, 200us; rates 10Mbit; sizes 64K, 1514B; ratios 1% or 1pct.\n";
}

WireArguments parse_command_line(const std::vector<std::string>& words) {
  WireArguments arguments;
  if (!words.empty() && words.front() == "--wirefilter") {
    WirefilterArguments given = parse_wirefilter({words.begin() + 1, words.end()});
    arguments.left = std::move(given.left);
    arguments.right = std::move(given.right);
    arguments.settings = parse_settings(given.settings);
    arguments.daemon = given.daemon;
    arguments.pid_file = std::move(given.pid_file);
    arguments.remarks = std::move(given.remarks);
    make_absolute(arguments);
    return arguments;
  }
  std::vector<std::string> settings;
  CLI::App app(kDescription, "wire");
  app.set_version_flag("--version", "wire " BANCO_VERSION);
  app.footer(settings_help());
  app.add_option("LEFT", arguments.left, "A network: shm:///run/a, /run/vde, tap://tap0 …")->required();
  app.add_option("RIGHT", arguments.right, "The other one")->required();
  app.add_option("SETTING", settings, "delay=20ms, loss=1%, lr.rate=10Mbit …");
  app.add_flag("-d,--daemon", arguments.daemon, "Go to the background once both networks are joined");
  app.add_option("-p,--pidfile", arguments.pid_file, "Where to write the process's number");
  // CLI11 wants them back to front.
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
    arguments.settings = parse_settings(settings);
    make_absolute(arguments);
  } catch (const CLI::CallForHelp&) {
    arguments.answer = app.help();
  } catch (const CLI::CallForVersion& version) {
    arguments.answer = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    const std::string sentence = error.what();
    throw base::UsageError(sentence.substr(0, sentence.find('\n')));
  }
  return arguments;
}

}  // namespace banco::wire
