// Where labs are found: a directory for each in the run directory of its user, with the socket in it.
// A lab whose supervisor was killed leaves its directory and nothing else; whoever looks next removes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/lab/connection.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::lab {

// The directory that holds this user's labs, made with mode 0700 when it is not there: root's is /run/banco;
// others have $XDG_RUNTIME_DIR/banco, else /run/user/UID/banco. Where there is none of these: /tmp/banco-UID.
// Throws base::SystemError; std::runtime_error when it is not this user's alone.
std::filesystem::path labs_directory();

// The directory of one lab and the socket it listens at, as long as this object lives.
class LabDirectory {
 public:
  // Throws std::invalid_argument: `name` is none, or there is such a lab. base::SystemError.
  explicit LabDirectory(const std::string& name);
  ~LabDirectory();
  LabDirectory(const LabDirectory&) = delete;
  LabDirectory& operator=(const LabDirectory&) = delete;

  // Listens. Throws base::SystemError.
  base::FileDescriptor socket() const { return socket_.duplicate(); }

 private:
  std::filesystem::path labs_;
  std::filesystem::path path_;
  base::FileDescriptor socket_;
};

// The labs that are there, by name. Removes what killed ones have left. Throws base::SystemError.
std::vector<std::string> lab_names();

// Throws std::invalid_argument that names the labs there are when there is no such lab.
Connection connect_to_lab(const std::string& name);

}  // namespace banco::lab
