#include "harness/lab/client.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "harness/lab/guest_terminal.hh"
#include "harness/lab/lab_directory.hh"
#include "harness/lab/node_command.hh"
#include "harness/measure/json.hh"
#include "impl/base/child_process.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kAnswerPatience(5'000);
constexpr milliseconds kDownTimeout(10'000);

std::string prompt(const std::string& lab, const std::string& machine) {
  return fmt::format("[{}:{}] \\w \\$ ", lab, machine);
}

// The shell of a namespace; bash reads its prompt from its own files, and takes ours after them.
std::vector<std::string> shell_command() {
  const char* shell = std::getenv("SHELL");
  if (shell != nullptr && base::find_program(shell)) return {shell};
  return {base::find_program("bash") ? "bash" : "sh"};
}

int exit_code_in(const Message& answer) {
  return static_cast<int>(measure::json_integer(answer.content, "exit_code", 0));
}

// The shell of a container, whatever it has.
const std::vector<std::string> kContainerShell{"sh", "-c",
                                               "if command -v bash >/dev/null; then exec bash; fi; exec sh"};

using Environment = std::vector<std::pair<std::string, std::string>>;

// A command of a container: what the lab calls its entrance, and what is to happen behind it.
std::vector<std::string> behind(const json& entrance, const std::string& machine,
                                const std::vector<std::string>& command, const Environment& environment) {
  std::vector<std::string> words;
  for (const json& word : entrance)
    if (word.is_string()) words.push_back(word.get<std::string>());
  if (words.empty()) throw RequestError("the lab gave no way in");
  if (::isatty(STDIN_FILENO) == 1) words.emplace_back("--tty");
  for (const auto& [name, value] : environment) words.insert(words.end(), {"--env", name + "=" + value});
  words.push_back(machine);
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

// The machine of a namespace or a container is entered; nothing when it is a guest's. Without a command, a
// shell runs.
std::optional<int> run_inside(const std::string& lab, const std::string& machine,
                              std::vector<std::string> command) {
  Client client(lab, {{"request", "enter"}, {"machine", machine}});
  client.connection().set_patience(kAnswerPatience);
  const Message answer = client.answer();
  const std::string kind = measure::json_text(answer.content, "kind");
  if (kind == "vm") return std::nullopt;
  if (answer.descriptors.size() < 2) throw RequestError("the lab gave no way in");
  const bool is_container = kind == "container";
  Environment environment{{"BANCO_LAB", lab}, {"BANCO_NODE", machine}};
  const char* terminal = std::getenv("TERM");
  if (is_container && terminal != nullptr) environment.emplace_back("TERM", terminal);
  if (command.empty()) {
    command = is_container ? kContainerShell : shell_command();
    environment.emplace_back("PS1", prompt(lab, machine));
    environment.emplace_back("PROMPT_COMMAND", "PS1='" + prompt(lab, machine) + "'");
  }
  if (is_container)
    command = behind(measure::json_member(answer.content, "entrance"), machine, command, environment);
  Entrance entrance{.process = answer.descriptors[0],
                    .network_namespace = answer.descriptors[1],
                    .host_name = machine,
                    .control_groups = {}};
  for (std::size_t i = 2; i < answer.descriptors.size(); ++i)
    entrance.control_groups.push_back(&answer.descriptors[i]);
  return run_in_node(entrance, command, environment);
}

bool is_there(const std::string& lab) {
  for (const std::string& name : lab_names())
    if (name == lab) return true;
  return false;
}

bool wait_until_gone(const std::string& lab, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (is_there(lab)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return true;
}

// The lab does not answer: its caller is killed, and the kernel takes the rest with it.
void kill_lab(const std::string& lab) {
  const pid_t caller = connect_to_lab(lab).peer_process();
  const base::FileDescriptor process = base::open_pidfd(caller);
  if (connect_to_lab(lab).peer_process() == caller)  // the number still means what it meant
    base::send_signal(process, SIGKILL);
}

}  // namespace

Client::Client(const std::string& lab, const json& request,
               std::initializer_list<const base::FileDescriptor*> with)
    : lab_(lab), connection_(connect_to_lab(lab)) {
  if (connection_.peer_user() != ::geteuid()) throw RequestError("the lab " + lab + " is another user's");
  connection_.send(request, with);
}

Message Client::answer() {
  std::optional<Message> message;
  try {
    message = connection_.receive();
  } catch (const base::SystemError& error) {
    if (error.code().value() != EAGAIN) throw;
    throw RequestError("the lab " + lab_ + " does not answer: it is starting, or hangs");
  }
  if (!message) throw RequestError("the lab " + lab_ + " has ended, or serves too many at once");
  if (message->content.contains("error")) {
    const std::string sentence = lab_ + ": " + measure::json_text(message->content, "error");
    if (message->content.value("refused", false)) throw std::invalid_argument(sentence);
    throw RequestError(sentence);
  }
  return *std::move(message);
}

LabState state_of(const std::string& lab) {
  Client client(lab, {{"request", "state"}});
  client.connection().set_patience(std::chrono::seconds(2));
  return parse_state(client.answer().content);
}

int run_in_machine(const std::string& lab, const std::string& machine,
                   const std::vector<std::string>& command) {
  if (const auto exit_code = run_inside(lab, machine, command)) return *exit_code;
  const base::FileDescriptor output(
      base::check_system_call("dup", ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)));
  const base::FileDescriptor errors(
      base::check_system_call("dup", ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)));
  Client client(lab, {{"request", "run"}, {"machine", machine}, {"command", command}}, {&output, &errors});
  return exit_code_in(client.answer());
}

int shell_in_machine(const std::string& lab, const std::string& machine) {
  if (const auto exit_code = run_inside(lab, machine, {})) return *exit_code;
  const TerminalSize size = terminal_size();
  const char* terminal = std::getenv("TERM");
  Client client(lab, {{"request", "shell"},
                      {"machine", machine},
                      {"prompt", prompt(lab, machine)},
                      {"terminal", terminal != nullptr ? terminal : "dumb"},
                      {"rows", size.row_count},
                      {"columns", size.column_count}});
  const Message start = client.answer();
  if (start.descriptors.size() != 1) throw RequestError("the lab gave no terminal");
  if (::isatty(STDIN_FILENO) == 1)
    fmt::print(stderr, "exit or Ctrl-D ends the shell, Ctrl-] leaves at once\n");
  if (!join_terminal(start.descriptors[0], client.connection().descriptor())) return 0;
  return exit_code_in(client.answer());
}

std::string impair(const std::string& lab, const std::string& link,
                   const std::vector<std::string>& settings) {
  Client client(lab, {{"request", "impair"}, {"link", link}, {"settings", settings}});
  client.connection().set_patience(kAnswerPatience);
  return measure::json_text(client.answer().content, "settings");
}

void take_down(const std::string& lab) {
  Client client(lab, {{"request", "down"}});
  client.connection().set_patience(kAnswerPatience);
  bool is_ending = true;
  try {
    client.answer();
  } catch (const RequestError&) {
    is_ending = !is_there(lab);  // it ended before it could say so; otherwise it hangs
  }
  if (is_ending && wait_until_gone(lab, kDownTimeout)) return;
  kill_lab(lab);
  if (!wait_until_gone(lab, kDownTimeout)) throw RequestError("the lab " + lab + " has not ended after 20 s");
}

}  // namespace banco::lab
