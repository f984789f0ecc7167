// VdeConsole: the management console of a vde_switch, as unixcmd(1) speaks to it.
#pragma once

#include <filesystem>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::network {

class VdeConsole {
 public:
  // `what` names the switch in errors. Throws NetworkError, base::SystemError when nobody listens at
  // `socket`.
  VdeConsole(std::string what, const std::filesystem::path& socket);

  // Throws NetworkError with the console's own words when it refuses.
  void run(const std::string& command);

 private:
  // Up to the next prompt.
  std::string read_answer();

  std::string what_;
  base::FileDescriptor socket_;
};

}  // namespace banco::network
