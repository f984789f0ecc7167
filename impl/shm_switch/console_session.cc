#include "impl/shm_switch/console_session.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace banco::shm_switch {
namespace {

std::string with_prompt(const std::string& lines) {
  return fmt::format("{}\n{}", lines, kConsolePrompt);
}

}  // namespace

std::string to_lines(const ConsoleReply& reply) {
  const std::string data =
      reply.has_data || !reply.data.empty() ? fmt::format("{}\n{}.\n", kConsoleData, reply.data) : "";
  const char* const words = reply.error_number == 0 ? "Success" : std::strerror(reply.error_number);
  return fmt::format("{}{}1{:03} {}\n", reply.preamble, data, reply.error_number, words);
}

bool is_blank(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

std::string ConsoleSession::greeting(std::string_view banner) {
  return with_prompt(std::string(banner));
}

void ConsoleSession::receive(std::string_view bytes, bool is_all) {
  input_ += bytes;
  if (is_all && !bytes.empty() && bytes.back() != '\n') input_ += '\n';
}

std::optional<std::string> ConsoleSession::next_line() {
  const auto end = input_.find('\n');
  if (end == std::string::npos) {
    // What is too long already need not be kept.
    if (input_.size() > kConsoleLineBytesMax) skipping_ = true;
    if (skipping_) input_.clear();
    return std::nullopt;
  }
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 1);
  return line;
}

std::optional<std::string> ConsoleSession::next_answer() {
  if (has_ended()) return std::nullopt;
  const std::optional<std::string> line = next_line();
  if (!line) return std::nullopt;
  ConsoleReply reply;
  if (skipping_ || line->size() > kConsoleLineBytesMax) {
    skipping_ = false;
    reply.error_number = E2BIG;
  } else if (is_blank(*line)) {
    return with_prompt("");
  } else {
    reply = interpreter_(*line);
  }
  then_ = reply.then;
  if (has_ended()) return std::string(kConsoleEnd);
  return with_prompt(to_lines(reply));
}

}  // namespace banco::shm_switch
