#include "impl/wire/ctl.hh"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"
#include "impl/base/usage_error.hh"

namespace banco::wire {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHelp =
    "wire ctl PATH show             the settings now\n"
    "wire ctl PATH state            counters of both directions, and the state of the Markov chain\n"
    "wire ctl PATH set SETTING…     changes settings; `wire --help` lists them\n"
    "--json prints the answer as it came.\n";
constexpr std::size_t kAnswerLimit = 1 << 20;
constexpr std::chrono::seconds kPatience(5);

Json request_of(const std::vector<std::string>& words) {
  if (words.size() == 2 && (words[1] == "show" || words[1] == "state")) return {{"command", words[1]}};
  if (words.size() > 2 && words[1] == "set")
    return {{"command", "set"}, {"settings", std::vector<std::string>(words.begin() + 2, words.end())}};
  throw base::UsageError("wanted is `wire ctl PATH show`, `state` or `set SETTING…`");
}

std::string ask(const std::string& path, const Json& request) {
  const base::FileDescriptor socket = base::connect_local(path, SOCK_NONBLOCK);
  socket.write_all(request.dump() + "\n");
  std::string answer;
  while (!answer.ends_with('\n')) {
    if (!socket.wait_for(POLLIN, kPatience)) throw std::runtime_error(path + " does not answer");
    std::array<std::byte, 4096> buffer{};
    const std::size_t count = socket.read(buffer);
    if (count == 0 || answer.size() > kAnswerLimit)
      throw std::runtime_error(path + " answers with something else than a wire does");
    answer.append(reinterpret_cast<const char*>(buffer.data()), count);
  }
  return answer;
}

void print_direction(const char* name, const Json& counters) {
  fmt::print("{}  in {} frames, out {}", name, counters.at("frames_in").dump(),
             counters.at("frames_out").dump());
  for (const auto& [reason, count] : counters.at("dropped").items())
    if (count != 0) fmt::print(", dropped by {} {}", reason, count.dump());
  for (const char* what : {"duplicated", "corrupted", "reordered", "marked"})
    if (counters.at(what) != 0) fmt::print(", {} {}", what, counters.at(what).dump());
  fmt::print("; waiting {} frames, on the line {}\n", counters.at("queued_frames").dump(),
             counters.at("line_frames").dump());
}

void print(const Json& answer) {
  if (answer.contains("settings"))
    for (const Json& setting : answer.at("settings")) fmt::print("{}\n", setting.get<std::string>());
  if (answer.contains("seed")) fmt::print("seed={}\n", answer.at("seed").dump());
  if (!answer.contains("lr")) return;
  fmt::print("state {}\n", answer.at("state").get<std::string>());
  for (const char* way : {"lr", "rl"}) print_direction(way, answer.at(way));
}

}  // namespace

int run_ctl(const std::vector<std::string>& words) {
  std::vector<std::string> rest = words;
  const bool as_json = std::erase(rest, "--json") > 0;
  if (rest.empty() || rest[0] == "--help" || rest[0] == "-h") {
    std::fputs(kHelp, stdout);
    return rest.empty() ? 2 : 0;
  }
  try {
    const std::string text = ask(rest[0], request_of(rest));
    const Json answer = Json::parse(text);
    if (as_json) {
      std::fputs(text.c_str(), stdout);
    } else if (answer.at("ok").get<bool>()) {
      print(answer);
    }
    if (answer.at("ok").get<bool>()) return 0;
    fmt::print(stderr, "wire: {}\n", answer.at("error").get<std::string>());
    return 1;
  } catch (const base::UsageError& error) {
    fmt::print(stderr, "wire: {}; see wire ctl --help\n", error.what());
    return 2;
  } catch (const Json::exception&) {
    fmt::print(stderr, "wire: {} answers with something else than a wire does\n", rest[0]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "wire: {}\n", error.what());
  }
  return 1;
}

}  // namespace banco::wire
