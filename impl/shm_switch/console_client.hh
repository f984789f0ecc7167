// ConsoleClient: the other end of the management console, for `shm_switch ctl`.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

struct ConsoleResult {
  int error_number = 0;
  std::string data;
};

class ConsoleClient {
 public:
  // Connects to the switch whose directory is `path`. Throws std::runtime_error with a sentence.
  explicit ConsoleClient(const std::filesystem::path& path,
                         std::chrono::milliseconds patience = std::chrono::seconds(5));

  // Sends one command and waits for its reply. Throws std::runtime_error with a sentence when the switch goes
  // or does not answer in time.
  ConsoleResult ask(const std::string& command);
  // Ends the switch; returns when it has gone. Throws std::runtime_error.
  void shut_down();

 private:
  std::string next_line();
  bool receive();

  std::filesystem::path path_;
  std::chrono::milliseconds patience_;
  base::FileDescriptor connection_;
  std::string input_;
};

}  // namespace banco::shm_switch
