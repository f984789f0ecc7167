#include "harness/machine/console_shell.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <string_view>

#include "harness/machine/base64.hh"
#include "harness/machine/machine.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAnswerTimeout(15'000);  // an emulated guest under load can be slow
constexpr std::size_t kWriteLimit_bytes = std::size_t{1} << 20;
constexpr std::size_t kTyped_bytes = 900;  // a terminal takes lines of 4095 characters
constexpr std::size_t kRead_bytes = 48 << 10;
constexpr int kMostTries = 3;  // somebody else may print there too
constexpr int kSignalBase = 128;
constexpr std::int64_t kRuns = 1000;  // in place of an exit code

// One word for a shell.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return result + "'";
}

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// What lies between `begin` and the end mark, and the status behind that.
std::optional<std::pair<std::string, int>> find_answer(const std::string& printed, const std::string& token) {
  const auto begin = printed.find(token + ":");
  if (begin == std::string::npos) return std::nullopt;
  const auto text = begin + token.size() + 1;
  const auto end = printed.find(token + "=", text);
  if (end == std::string::npos) return std::nullopt;
  const auto status = end + token.size() + 1;
  const auto line_end = printed.find_first_of("\r\n", status);
  if (line_end == std::string::npos) return std::nullopt;
  return std::pair(printed.substr(text, end - text),
                   static_cast<int>(number_in(printed.substr(status, line_end - status)).value_or(-1)));
}

}  // namespace

ConsoleShell::ConsoleShell(std::string guest, SerialConsole& console)
    : guest_(std::move(guest)),
      console_(console),
      directory_(fmt::format("/tmp/banco-{:08x}", std::random_device()())) {
  call_well("has no place for files of commands", "mkdir -m 700 " + directory_);
}

ConsoleShell::Answer ConsoleShell::call(const std::string& script) {
  const std::lock_guard lock(mutex_);
  // The mark is put together by the guest, so that an echo of the line does not hold it.
  const std::string number = std::to_string(++call_count_);
  const std::string token = "banco-" + number + "-" + directory_.substr(directory_.size() - 8);
  const std::string typed_token = "banco-\"\"" + token.substr(6);
  std::optional<std::pair<std::string, int>> answer;
  try {
    console_.type(fmt::format("echo {0}:; {{ {1}; }}; s=$?; echo; echo {0}=$s\n", typed_token, script));
    console_.wait_until(
        [&](const std::string& printed) { return (answer = find_answer(printed, token)).has_value(); },
        kAnswerTimeout);
  } catch (const base::SystemError& error) {
    throw MachineError(guest_ + ": its serial port: " + error.what());
  }
  if (!answer)
    throw MachineError(fmt::format("{}: the shell on its serial port has not answered for {} s", guest_,
                                   kAnswerTimeout.count() / 1000));
  return {.status = answer->second, .text = answer->first};
}

std::string ConsoleShell::call_well(const std::string& what, const std::string& script) {
  Answer answer = call(script);
  if (answer.status != 0)
    throw MachineError(fmt::format("{}: {} (status {} on its serial port)", guest_, what, answer.status));
  return std::move(answer.text);
}

std::int64_t ConsoleShell::ask(const std::string& what, const std::string& script) {
  constexpr std::string_view kMark = "<number ";
  for (int try_count = 0; try_count < kMostTries; ++try_count) {
    const std::string text = call_well(what, fmt::format("x=$({}) && echo \"{}\"$((x))'>'", script, kMark));
    const auto begin = text.find(kMark);
    if (begin == std::string::npos) continue;
    const auto digits = begin + kMark.size();
    if (const auto number = number_in(text.substr(digits, text.find('>', digits) - digits))) return *number;
  }
  throw MachineError(guest_ + ": what its serial port shows is disturbed");
}

std::string ConsoleShell::file_of(std::int64_t command, const char* part) const {
  return fmt::format("{}/{}.{}", directory_, command, part);
}

std::int64_t ConsoleShell::exec(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (const std::string& word : command) words.push_back(quoted(word));
  std::int64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++command_count_;
  }
  write_file(file_of(number, "sh"), fmt::format("exec {}\n", fmt::join(words, " ")));
  const std::string base = fmt::format("{}/{}", directory_, number);
  call_well(
      "its image has no " + command.front(),
      fmt::format("command -v {0} >/dev/null && {{ ( sh {1}.sh >{1}.out 2>{1}.err </dev/null & p=$!; "
                  "echo $p >{1}.pid; wait $p; echo $? >{1}.new; mv {1}.new {1}.code ) >/dev/null 2>&1 & }}",
                  words.front(), base));
  return number;
}

std::optional<base::CommandResult> ConsoleShell::exec_status(std::int64_t command) {
  const std::string file = file_of(command, "code");
  const std::int64_t code =
      ask("lost a command", fmt::format("if [ -f {0} ]; then cat {0}; else echo {1}; fi", file, kRuns));
  if (code == kRuns) return std::nullopt;
  base::CommandResult result;
  result.status.by_signal = code > kSignalBase;  // as shells say it
  result.status.code = static_cast<int>(code) - (result.status.by_signal ? kSignalBase : 0);
  result.output = read_file(file_of(command, "out"));
  result.errors = read_file(file_of(command, "err"));
  call("rm " + file_of(command, "*"));
  return result;
}

void ConsoleShell::kill(std::int64_t command) {
  // The number is written down as soon as the command has begun.
  call(
      fmt::format("for i in 1 2 3 4 5; do [ -s {0} ] && break; sleep 1; done; kill -9 $(cat {0}) 2>/dev/null",
                  file_of(command, "pid")));
}

void ConsoleShell::write_file(const std::string& path, const std::string& content) {
  if (content.size() > kWriteLimit_bytes)
    throw MachineError(fmt::format("{}: {} has more than 1 MiB, too much for its serial port", guest_, path));
  std::size_t start = 0;
  do {
    const std::string chunk = encode_base64(std::string_view(content).substr(start, kTyped_bytes));
    call_well("cannot write " + path,
              fmt::format("echo {} | base64 -d >{} {}", chunk, start == 0 ? "" : ">", quoted(path)));
    start += kTyped_bytes;
  } while (start < content.size());
}

std::string ConsoleShell::read_file(const std::string& path) {
  const std::string file = quoted(path);
  const auto size =
      static_cast<std::size_t>(ask("cannot read " + path, fmt::format("[ -f {0} ] && wc -c <{0}", file)));
  if (size > kGuestFileLimit_bytes) throw MachineError(guest_ + ": " + path + " is longer than 64 MiB");
  std::string content;
  int try_count = 0;
  while (content.size() < size) {
    const std::string text =
        call_well("cannot read " + path, fmt::format("dd if={} bs={} skip={} count=1 2>/dev/null | base64",
                                                     file, kRead_bytes, content.size() / kRead_bytes));
    const std::size_t wanted = std::min(kRead_bytes, size - content.size());
    std::string bytes;
    try {
      bytes = decode_base64(text);
    } catch (const std::invalid_argument&) {  // something else was printed in between
    }
    if (bytes.size() >= wanted) {
      content += bytes.substr(0, wanted);
    } else if (++try_count == kMostTries) {
      throw MachineError(guest_ + ": what its serial port shows of " + path + " is disturbed");
    }
  }
  return content;
}

}  // namespace banco::machine
