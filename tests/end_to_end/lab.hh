// Labs under test: a user with a run directory of their own, where labs come and go unseen by anybody else.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"
#include "tests/end_to_end/banco.hh"

namespace banco::end_to_end {

class LabUser {
 public:
  explicit LabUser(As as) : as_(as) {}

  const TemporaryDirectory& directory() const { return directory_; }
  base::ChildOptions command(std::vector<std::string> arguments) const;
  base::CommandResult run(std::vector<std::string> arguments) const;
  // Runs banco on a terminal, on which `typed` is typed.
  base::CommandResult run_on_terminal(std::vector<std::string> arguments, const std::string& typed) const;
  // `banco up` of this scenario; a failure is one of the test.
  void up(const std::string& scenario, std::vector<std::string> options = {}) const;
  // The labs that have a directory.
  std::set<std::string> labs() const;
  bool lab_is_there(const std::string& name) const { return labs().contains(name); }
  // The process outside of a lab that is up: the one of ours whose parent has ended. -1 when there is none.
  pid_t host_of_lab() const;

 private:
  As as_;
  TemporaryDirectory directory_;
};

// Runs `test` in namespaces with an empty /run and /tmp, and takes down what it leaves up: then nothing may
// be left. Expectations inside count.
void in_own_run_directory(As as, const std::function<void(const LabUser&)>& test);

// Whether it does within 10 s.
bool comes_true(const std::function<bool()>& condition);

// Within 10 s: no process of a user's labs is left.
void expect_no_processes(const LabUser& user);
// Nor any device, mount, socket or file.
void expect_nothing_left(const LabUser& user, const std::set<std::string>& before);

}  // namespace banco::end_to_end
