// A process in the background that was ready before its parent returned, and the file that holds its number.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

class Daemon {
 public:
  // Forks. In the parent: waits until the child is ready or has ended, and has its exit code in
  // parent_result(). In the child, a new session: nothing there; stderr stays the terminal's until ready().
  // Requires: no threads. Throws SystemError.
  Daemon();

  std::optional<int> parent_result() const { return parent_result_; }
  // Lets the parent return, and the terminal go. Throws SystemError.
  void ready();

 private:
  FileDescriptor to_parent_;
  std::optional<int> parent_result_;
};

class PidFile {
 public:
  // Writes our process's number into `path`, which is replaced. Throws SystemError.
  explicit PidFile(std::filesystem::path path);
  // Removes it, unless it is somebody else's by now.
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  std::filesystem::path path_;
};

}  // namespace banco::base
