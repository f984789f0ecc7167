// ConsoleCommands: what the management console can be told, as a table of commands over Control.
//
// The commands are those of vde_switch that have a meaning here, with the lines that it prints, and our own
// for what it does not have. What differs is said at each table (console_*_commands.cc) and in shm_switch(1).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "impl/shm_switch/console_session.hh"
#include "impl/shm_switch/control.hh"

namespace banco::shm_switch {

// What the console shows of the process, besides Control.
struct ConsoleFacts {
  std::filesystem::path path;
  mode_t mode = 0600;
  std::filesystem::path management_socket;
  mode_t management_mode = 0600;
};

// Where commands work.
struct ConsoleContext {
  Control& control;
  ConsoleFacts facts;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  // Made with vlan/create. Every VLAN exists here; these are shown although no port is in them.
  std::set<std::uint16_t> vlans;
};

// One command that was given. Handlers write reply.data, and throw ControlError.
struct ConsoleCall {
  ConsoleContext& context;
  std::vector<std::string> words;  // behind the command
  ConsoleReply reply;
};

struct ConsoleCommand {
  std::string_view path;
  std::string_view syntax;
  std::string_view help;
  bool has_data;
  void (*run)(ConsoleCall& call);  // null: the heading of a menu
};

// Arguments. They throw ControlError when the word is not there or is none.
std::uint32_t number_argument(const ConsoleCall& call, std::size_t index, const char* what);
std::uint16_t vlan_argument(const ConsoleCall& call, std::size_t index);  // 0 to 4094
bool flag_argument(const ConsoleCall& call, std::size_t index);           // 0 or 1

// The menus.
extern const std::vector<ConsoleCommand> kPortCommands;
extern const std::vector<ConsoleCommand> kVlanCommands;
extern const std::vector<ConsoleCommand> kHashCommands;
extern const std::vector<ConsoleCommand> kJsonCommands;

class ConsoleCommands {
 public:
  // Requires: `control` lives longer.
  ConsoleCommands(Control& control, ConsoleFacts facts);

  static std::string banner();

  // Obeys one line. Throws nothing but std::bad_alloc: what fails is in the reply.
  ConsoleReply run(std::string_view line);

  // Obeys each line of a file, at most kScriptBytesMax, and shows it to `see`; blank ones without a reply. A
  // line that fails is passed over, as by vde_switch. Throws ControlError when the file cannot be read.
  using SeeLine = std::function<void(std::string_view line, const std::optional<ConsoleReply>& reply)>;
  void run_script(const std::filesystem::path& path, const SeeLine& see);
  static constexpr std::size_t kScriptBytesMax = std::size_t{64} << 10;

 private:
  ConsoleReply run_found(const ConsoleCommand& command, std::vector<std::string> words);
  ConsoleReply load(const std::vector<std::string>& words);
  std::string help(const std::vector<std::string>& words) const;

  ConsoleContext context_;
  std::vector<ConsoleCommand> commands_;
  bool loading_ = false;
};

}  // namespace banco::shm_switch
