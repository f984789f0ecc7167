// ConsoleLogin: from whatever a guest shows on its serial port to a shell of root there that reads commands
// line by line, without echo and prompt: what ConsoleShell talks to.
#pragma once

#include <string>

#include "harness/machine/serial_console.hh"

namespace banco::machine {

struct Credentials {
  std::string user = "root";  // or one who may become root by sudo without a password
  std::string password;       // empty: none is asked for
};

class ConsoleLogin {
 public:
  // `guest` names it in errors. `console` must outlive this object.
  ConsoleLogin(std::string guest, SerialConsole& console, Credentials credentials);

  // Whether a login or a shell is waiting there.
  bool is_asked() const;
  // Answers what the port shows now; true when the shell is there. Called again and again. Throws
  // MachineError: the guest wants a password that nobody gave, or lets the user not in.
  bool advance();

 private:
  void type(const std::string& text);

  std::string guest_;
  SerialConsole& console_;
  Credentials credentials_;
  std::string token_;  // that a guest cannot guess
  int login_count_ = 0;
  bool user_is_typed_ = false;
};

}  // namespace banco::machine
