#include "impl/wire/ctl.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "impl/base/local_socket.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"
#include "impl/base/usage_error.hh"

namespace banco::wire {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHelp =
    "wire ctl PATH show             the settings now\n"
    "wire ctl PATH state            counters of both directions, and the state of the Markov chain\n"
    "wire ctl PATH set SETTING…     changes settings; `wire --help` lists them\n"
    "wire ctl PATH capture [FILE]   frames at the left end, both ways, in pcapng, until Ctrl-C; standard "
    "output without\n"
    "                               FILE: wire ctl PATH capture | tshark -r -\n"
    "--json prints the answer as it came.\n";
constexpr std::size_t kAnswerLimit = 1 << 20;
constexpr std::chrono::seconds kPatience(5);

Json request_of(const std::vector<std::string>& words) {
  if (words.size() == 2 && (words[1] == "show" || words[1] == "state")) return {{"command", words[1]}};
  if (words.size() > 2 && words[1] == "set")
    return {{"command", "set"}, {"settings", std::vector<std::string>(words.begin() + 2, words.end())}};
  throw base::UsageError("wanted is `wire ctl PATH show`, `state`, `set SETTING…` or `capture [FILE]`");
}

// Sends a request, and returns the answer: one line.
std::string ask(const base::FileDescriptor& socket, const std::string& path, const Json& request) {
  socket.write_all(request.dump() + "\n");
  std::string answer;
  while (!answer.ends_with('\n')) {
    if (!socket.wait_for(POLLIN, kPatience)) throw std::runtime_error(path + " does not answer");
    std::array<std::byte, 1> letter{};  // what follows a line may be something else
    if (socket.read(letter) == 0 || answer.size() > kAnswerLimit)
      throw std::runtime_error(path + " answers with something else than a wire does");
    answer += static_cast<char>(letter[0]);
  }
  return answer;
}

// The error in an answer; nothing when it is a good one.
std::optional<std::string> refusal_in(const Json& answer) {
  if (answer.at("ok").get<bool>()) return std::nullopt;
  return answer.at("error").get<std::string>();
}

// Copies the capture into a file until it ends: with the wire, or after a signal, which lets the wire send
// the rest.
void capture(const std::string& path, const std::vector<std::string>& words) {
  if (words.size() > 3) throw base::UsageError("a capture goes into one file");
  if (words.size() == 2 && ::isatty(STDOUT_FILENO) != 0)
    throw base::UsageError("a capture is no text: name a file, or send it to another program");
  const base::FileDescriptor socket = base::connect_local(path, SOCK_STREAM | SOCK_NONBLOCK);
  if (const auto refusal = refusal_in(Json::parse(ask(socket, path, {{"command", "capture"}}))))
    throw std::runtime_error(*refusal);
  const base::FileDescriptor file =
      words.size() == 3
          ? base::open_file(words[2], O_WRONLY | O_CREAT | O_TRUNC)
          : base::FileDescriptor(base::check_system_call("dup", ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)));
  const base::FileDescriptor signals = base::block_signals({SIGINT, SIGTERM, SIGHUP});
  ::signal(SIGPIPE, SIG_IGN);  // an error of write(2) instead
  std::array<pollfd, 2> watched{{{socket.number(), POLLIN, 0}, {signals.number(), POLLIN, 0}}};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
      throw base::SystemError(errno, "poll");
    if (watched[1].revents != 0) {
      watched[1].fd = -1;
      ::shutdown(socket.number(), SHUT_WR);
    }
    if (watched[0].revents == 0) continue;
    std::array<std::byte, 65536> buffer;
    const std::size_t count = socket.read(buffer);
    if (count == 0) return;
    file.write_all({reinterpret_cast<const char*>(buffer.data()), count});
  }
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
    if (rest.size() > 1 && rest[1] == "capture") {
      capture(rest[0], rest);
      return 0;
    }
    const Json request = request_of(rest);
    const std::string text = ask(base::connect_local(rest[0], SOCK_STREAM | SOCK_NONBLOCK), rest[0], request);
    const Json answer = Json::parse(text);
    if (as_json) std::fputs(text.c_str(), stdout);
    if (const auto refusal = refusal_in(answer)) throw std::runtime_error(*refusal);
    if (!as_json) print(answer);
    return 0;
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
