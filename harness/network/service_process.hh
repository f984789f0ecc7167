// ServiceProcess: a program that serves a network, its words kept for the case that it ends early.
#pragma once

#include <sys/socket.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::network {

class ServiceProcess {
 public:
  // Starts `command`; `what` names it in errors. Its standard input stays open and silent, since vde_switch
  // ends with its console. Throws NetworkError.
  ServiceProcess(const std::string& what, std::vector<std::string> command);

  // Waits until `ready()`. Throws NetworkError with the program's own words when it ends first, or after 5 s.
  void wait_until(const std::function<bool()>& ready);
  // Waits until somebody listens at `socket` (of `type`, socket(2)), which may be there before, or from
  // another life. Throws as wait_until() does.
  void wait_for_listener(const std::filesystem::path& socket, int type = SOCK_STREAM);
  pid_t pid() const { return process_.pid(); }

 private:
  std::string words() const;

  std::string what_;
  base::FileDescriptor words_;
  base::Pipe input_;
  base::ChildProcess process_;
};

}  // namespace banco::network
