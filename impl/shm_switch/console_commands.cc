#include "impl/shm_switch/console_commands.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <sstream>
#include <system_error>

#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

void show_directory(ConsoleCall& call) {
  call.reply.data =
      fmt::format("ctl dir {}\nstd mode {:04o}\n", call.context.facts.path.string(), call.context.facts.mode);
}

void show_switch(ConsoleCall& call) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                                       call.context.started);
  call.reply.data = fmt::format(
      "{}\npid {} MAC NONE uptime {}\nmgmt {} perm {:04o}\n", ConsoleCommands::banner(), ::getpid(),
      uptime.count(), call.context.facts.management_socket.string(), call.context.facts.management_mode);
}

void end_session(ConsoleCall& call) {
  call.reply.then = ConsoleReply::Then::kEndSession;
}

void end_switch(ConsoleCall& call) {
  call.reply.then = ConsoleReply::Then::kEndSwitch;
}

// help and load need the table itself: ConsoleCommands::run obeys them.
void obeyed_elsewhere(ConsoleCall& /*call*/) {}

const std::vector<ConsoleCommand> kGeneralCommands{
    {"ds", "============", "DATA SOCKET MENU", false, nullptr},
    {"ds/showinfo", "", "show ds info", true, show_directory},
    {"help", "[arg]", "Help (limited to arg when specified)", true, obeyed_elsewhere},
    {"logout", "", "logout from this mgmt terminal", false, end_session},
    {"shutdown", "", "shutdown of the switch", false, end_switch},
    {"showinfo", "", "show switch version and info", true, show_switch},
    {"load", "path", "load a configuration script", false, obeyed_elsewhere},
};

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

ConsoleReply failure(int error_number, const std::string& sentence) {
  ConsoleReply reply;
  reply.error_number = error_number;
  if (!sentence.empty()) reply.data = sentence + "\n";
  return reply;
}

std::string read_script(const std::filesystem::path& path) {
  try {
    // A FIFO must not hold the switch up.
    const base::FileDescriptor file = base::open_file(path, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    base::check_system_call("fstat", path.string(), ::fstat(file.number(), &status));
    if (!S_ISREG(status.st_mode)) throw ControlError(fmt::format("{} is no file", path.string()));
    return file.read_all(ConsoleCommands::kScriptBytesMax);
  } catch (const std::system_error& error) {
    throw ControlError(error.what(), error.code().value());
  } catch (const std::length_error&) {
    throw ControlError(
        fmt::format("{} is longer than {} bytes", path.string(), ConsoleCommands::kScriptBytesMax), EFBIG);
  }
}

}  // namespace

std::uint32_t number_argument(const ConsoleCall& call, std::size_t index, const char* what) {
  if (index >= call.words.size()) throw ControlError(fmt::format("{} is missing", what));
  const std::string& word = call.words[index];
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size())
    throw ControlError(fmt::format("{} is a number, which {} is not", what, word));
  return number;
}

std::uint16_t vlan_argument(const ConsoleCall& call, std::size_t index) {
  const std::uint32_t number = number_argument(call, index, "the VLAN");
  if (number > kVlanMax) throw ControlError(fmt::format("VLAN {}: there are 0 to {}", number, kVlanMax));
  return static_cast<std::uint16_t>(number);
}

bool flag_argument(const ConsoleCall& call, std::size_t index) {
  const std::uint32_t number = number_argument(call, index, "the flag");
  if (number > 1) throw ControlError(fmt::format("{} is neither 0 nor 1", number));
  return number == 1;
}

ConsoleCommands::ConsoleCommands(Control& control, ConsoleFacts facts)
    : context_{.control = control, .facts = std::move(facts), .vlans = {}} {
  for (const auto& menu : {kGeneralCommands, kHashCommands, kPortCommands, kVlanCommands, kJsonCommands})
    commands_.insert(commands_.end(), menu.begin(), menu.end());
}

std::string ConsoleCommands::banner() {
  return fmt::format("shm_switch V.{}\nan Ethernet switch whose ports forward frames themselves\n",
                     BANCO_VERSION);
}

ConsoleReply ConsoleCommands::run(std::string_view line) {
  std::vector<std::string> words = words_of(line);
  if (words.empty()) return {};
  const std::string name = words.front();
  words.erase(words.begin());
  try {
    for (const ConsoleCommand& command : commands_)
      if (command.path == name && command.run != nullptr) return run_found(command, std::move(words));
    return failure(ENOSYS, "");
  } catch (const ControlError& error) {
    return failure(error.error_number(), error.what());
  } catch (const std::system_error& error) {
    return failure(error.code().value(), error.what());
  }
}

ConsoleReply ConsoleCommands::run_found(const ConsoleCommand& command, std::vector<std::string> words) {
  if (command.path == "load") return load(words);
  ConsoleCall call{.context = context_, .words = std::move(words), .reply = {}};
  call.reply.has_data = command.has_data;
  if (command.path == "help")
    call.reply.data = help(call.words);
  else
    command.run(call);
  return call.reply;
}

std::string ConsoleCommands::help(const std::vector<std::string>& words) const {
  const std::string_view start = words.empty() ? std::string_view() : std::string_view(words.front());
  std::string result = fmt::format("{:<18} {:<15} {}\n{:<18} {:<15} {}\n", "COMMAND PATH", "SYNTAX", "HELP",
                                   "------------", "--------------", "------------");
  bool found = false;
  for (const ConsoleCommand& command : commands_) {
    if (!command.path.starts_with(start)) continue;
    found = true;
    result += fmt::format("{:<18} {:<15} {}\n", command.path, command.syntax, command.help);
  }
  if (!found) throw ControlError(fmt::format("no command begins with {}", start), ENOENT);
  return result;
}

ConsoleReply ConsoleCommands::load(const std::vector<std::string>& words) {
  if (words.empty()) return failure(ENOENT, "");
  ConsoleReply result;
  run_script(words.front(), [&](std::string_view line, const std::optional<ConsoleReply>& reply) {
    result.preamble += fmt::format("vde[{}]: {}\n", words.front(), line);
    if (reply) result.preamble += to_lines(*reply);
  });
  return result;
}

void ConsoleCommands::run_script(const std::filesystem::path& path, const SeeLine& see) {
  if (loading_) throw ControlError("a script cannot load another", ELOOP);
  std::istringstream lines(read_script(path));
  loading_ = true;
  for (std::string line; std::getline(lines, line);) {
    if (is_blank(line)) {
      see(line, std::nullopt);
      continue;
    }
    ConsoleReply reply = line.size() > kConsoleLineBytesMax ? failure(E2BIG, "") : run(line);
    if (reply.then != ConsoleReply::Then::kGoOn) reply = failure(EPERM, "a script cannot end anything");
    see(line, reply);
  }
  loading_ = false;
}

}  // namespace banco::shm_switch
