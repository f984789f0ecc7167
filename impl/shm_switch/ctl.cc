#include "impl/shm_switch/ctl.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "impl/shm_switch/ctl_tables.hh"

namespace banco::shm_switch {
namespace {

struct CtlCommand {
  std::string_view name;
  std::string_view syntax;
  std::string_view help;
  std::size_t words_min;
  std::size_t words_max;
  CtlRequest (*parse)(const std::vector<std::string>& words);
};

using Words = std::vector<std::string>;

void check_number(std::string_view what, const std::string& word) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size())
    throw base::UsageError(fmt::format("{} {}: a number is wanted", what, word));
}

int flag(const std::string& word) {
  if (word == "on" || word == "1") return 1;
  if (word == "off" || word == "0") return 0;
  throw base::UsageError(fmt::format("{}: on or off is wanted", word));
}

CtlRequest ask(std::string question, std::string (*show)(const std::string&) = nullptr) {
  return {.path = {}, .question = std::move(question), .show = show};
}

CtlRequest parse_stats(const Words& words) {
  if (words.empty()) return ask("json/ports", stats_table);
  check_number("PORT", words[0]);
  CtlRequest request = ask("json/ports");
  request.show = [port = words[0]](const std::string& data) { return stats_of_port(data, port); };
  return request;
}

CtlRequest parse_vlan(const Words& words) {
  check_number("PORT", words[0]);
  if (words.size() == 1) return ask("json/vlans " + words[0], vlans_line);
  if (words[1].find_first_of(" \t\n") != std::string::npos)
    throw base::UsageError(fmt::format("VLANs {}: no spaces are wanted", words[1]));
  return ask(fmt::format("port/setvlans {} {}", words[0], words[1]));
}

CtlRequest parse_port_flag(std::string_view command, const Words& words) {
  check_number("PORT", words[0]);
  return ask(fmt::format("{} {} {}", command, words[0], flag(words[1])));
}

const std::vector<CtlCommand> kCommands{
    {"ports", "", "who is at which port", 0, 0, [](const Words&) { return ask("json/ports", ports_table); }},
    {"macs", "", "which address is behind which port", 0, 0,
     [](const Words&) { return ask("json/macs", macs_table); }},
    {"stats", "[PORT]", "frames, bytes, drops; of one port by reason", 0, 1, parse_stats},
    {"vlan", "PORT [SPEC]", "VLANs of a port: 10 or 10,20t,30-39t or trunk", 1, 2, parse_vlan},
    {"isolate", "PORT on|off", "no frames from and to other isolated ports", 2, 2,
     [](const Words& words) { return parse_port_flag("port/isolate", words); }},
    {"mirror", "PORT on|off", "the port gets a copy of every frame", 2, 2,
     [](const Words& words) { return parse_port_flag("port/mirror", words); }},
    {"hub", "on|off", "every frame goes to every port", 1, 1,
     [](const Words& words) { return ask(fmt::format("port/sethub {}", flag(words[0]))); }},
    {"ageing", "SECONDS", "how long an address is remembered", 1, 1,
     [](const Words& words) {
       check_number("SECONDS", words[0]);
       return ask("hash/setexpire " + words[0]);
     }},
    {"kick", "PORT", "throws the client of a port out", 1, 1,
     [](const Words& words) {
       check_number("PORT", words[0]);
       return ask("port/kick " + words[0]);
     }},
    {"showinfo", "", "the switch itself", 0, 0,
     [](const Words&) { return ask("json/showinfo", info_lines); }},
    {"shutdown", "", "ends the switch and all its ports", 0, 0,
     [](const Words&) {
       CtlRequest request = ask("shutdown");
       request.ends_switch = true;
       return request;
     }},
};

int answer(const CtlRequest& request) {
  ConsoleClient client(request.path);
  if (request.ends_switch) {
    client.shut_down();
    return 0;
  }
  const ConsoleResult result = client.ask(request.question);
  if (result.error_number != 0) {
    const std::string sentence = result.data.substr(0, result.data.find('\n'));
    throw std::runtime_error(sentence.empty() ? std::string(std::strerror(result.error_number)) : sentence);
  }
  const std::string text = request.show ? request.show(result.data) : result.data;
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

CtlRequest parse_ctl(Words words) {
  const auto take_flag = [&](std::string_view name) { return std::erase(words, name) != 0; };
  const bool as_json = take_flag("--json");
  if (take_flag("-h") || take_flag("--help")) return {};
  for (const std::string& word : words)
    if (word.size() > 1 && word[0] == '-')
      throw base::UsageError(fmt::format("{}: there is no such option", word));
  if (words.size() < 2) throw base::UsageError("a path and a command are wanted: shm_switch ctl PATH ports");
  std::string path = words[0];
  if (path.starts_with("shm://")) path.erase(0, 6);
  const std::string name = words[1];
  words.erase(words.begin(), words.begin() + 2);
  const auto command =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const auto& entry) { return entry.name == name; });
  if (command == kCommands.end()) throw base::UsageError(fmt::format("{}: there is no such command", name));
  if (words.size() < command->words_min || words.size() > command->words_max)
    throw base::UsageError(fmt::format("wanted is: {} {}", command->name, command->syntax));
  CtlRequest request = command->parse(words);
  request.path = std::move(path);
  if (as_json) request.show = nullptr;
  return request;
}

std::string ctl_help() {
  std::string result =
      "Usage: shm_switch ctl PATH COMMAND... [--json]\n"
      "Shows and changes the switch at PATH; only its owner and root may.\n\n";
  for (const CtlCommand& command : kCommands)
    result += fmt::format("  {:<20}  {}\n", fmt::format("{} {}", command.name, command.syntax), command.help);
  return result;
}

int run_ctl(const Words& words) {
  try {
    const CtlRequest request = parse_ctl(words);
    if (!request.question.empty()) return answer(request);
    std::fputs(ctl_help().c_str(), stdout);
    return 0;
  } catch (const base::UsageError& error) {
    std::fprintf(stderr, "shm_switch ctl: %s; see shm_switch ctl --help\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm_switch ctl: %s\n", error.what());
    return 1;
  }
}

}  // namespace banco::shm_switch
