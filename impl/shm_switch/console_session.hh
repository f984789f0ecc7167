// ConsoleSession: the protocol of vde_switch's management console, without sockets: bytes in, bytes out.
//
//   switch                                 client
//   banner, empty line, "vde$ "      ──>
//                                    <──   COMMAND WORD…\n
//   0000 DATA END WITH '.'           ──>   when the command gives data
//   lines of data                    ──>
//   .                                ──>
//   1000 Success                     ──>   or 1EEE and what errno EEE means
//   empty line, "vde$ "              ──>   or "9999 END OF SESSION" and the end
//
// The newline may be missing when nothing follows: vdeterm(1) sends none, and vde_switch looks at what one
// read gives. An empty line, and one that begins with #, is answered by the prompt alone. When a command
// fails for a reason that its errno does not tell, the data is one line that does.
//
// Trust: a line is at most kConsoleLineBytesMax; a longer one is skipped and answered with E2BIG. At most one
// answer is made ahead of the reader: see next_answer().
// Source: what vde_switch 2.3.2 sends; unixcmd(1) with /etc/vde2/vdecmd and vdeterm(1) are its clients.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace banco::shm_switch {

constexpr std::size_t kConsoleLineBytesMax = 1024;
constexpr std::string_view kConsolePrompt = "vde$ ";
constexpr std::string_view kConsoleData = "0000 DATA END WITH '.'";
constexpr std::string_view kConsoleEnd = "9999 END OF SESSION";

// What a command gives.
struct ConsoleReply {
  enum class Then { kGoOn, kEndSession, kEndSwitch };

  int error_number = 0;  // 0: success
  std::string preamble;  // lines ahead of everything: what load prints, replies and all
  bool has_data = false;
  std::string data;  // lines, each with its end
  Then then = Then::kGoOn;
};

// A reply as lines: "0000 …", data, ".", "1000 Success". Without prompt.
std::string to_lines(const ConsoleReply& reply);
// Whether a line is no command: empty, or a comment.
bool is_blank(std::string_view line);

class ConsoleSession {
 public:
  using Interpreter = std::function<ConsoleReply(std::string_view line)>;

  explicit ConsoleSession(Interpreter interpreter) : interpreter_(std::move(interpreter)) {}

  // What is sent first.
  static std::string greeting(std::string_view banner);

  // Takes what came, which is kept until next_answer() gets to it. `is_all`: nothing more waits behind it, so
  // that its end is the end of a line, newline or not: vdeterm sends none.
  void receive(std::string_view bytes, bool is_all);
  // The answer to the next line that has come whole; nothing when there is none, or the session has ended.
  std::optional<std::string> next_answer();

  bool has_ended() const { return then_ != ConsoleReply::Then::kGoOn; }
  bool ends_switch() const { return then_ == ConsoleReply::Then::kEndSwitch; }

 private:
  std::optional<std::string> next_line();

  Interpreter interpreter_;
  std::string input_;
  bool skipping_ = false;  // the rest of a line that was too long
  ConsoleReply::Then then_ = ConsoleReply::Then::kGoOn;
};

}  // namespace banco::shm_switch
