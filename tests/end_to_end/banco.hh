// Runs the banco that was built, as its users would: as whoever runs the tests, and as an ordinary user.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"

namespace banco::end_to_end {

// Who runs banco. `kOrdinaryUser` needs tests run as root, which can become somebody else.
enum class As { kSelf, kOrdinaryUser };
std::string to_string(As as);

// A directory of its own for one test, gone with the object; writable by both users.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

  // A scenario file in it.
  std::filesystem::path scenario(const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// XDG_CACHE_HOME of a banco that `as` runs. Built images are kept there, in the build tree, between tests.
std::filesystem::path cache_of(As as);

// The command line and the environment with which banco is started by `as`, in `directory`.
base::ChildOptions banco_command(As as, const TemporaryDirectory& directory,
                                 std::vector<std::string> arguments);

// Runs it to its end.
base::CommandResult run_banco(As as, const TemporaryDirectory& directory, std::vector<std::string> arguments,
                              std::chrono::seconds timeout = std::chrono::seconds(300));

// Whether DIR/journal.jsonl has its header yet.
bool has_journal(const std::filesystem::path& directory);

// Values of one metric in DIR/journal.jsonl.
std::vector<double> values_of(const std::filesystem::path& directory, const std::string& metric);

// Processes whose environment or command line names `mark`.
std::set<pid_t> processes_with(const std::string& mark);

// The first child of a process, or -1. The processes of a run are the caller, its init, and the body below
// it.
pid_t child_of(pid_t parent);

// Why a test cannot run as `as` here: empty when it can.
std::string obstacle_to(As as);

}  // namespace banco::end_to_end
