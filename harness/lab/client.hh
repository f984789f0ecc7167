// The user's side of a lab: asks it, and runs commands in its machines as if they were here.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "harness/lab/connection.hh"
#include "harness/lab/state.hh"

namespace banco::lab {

// One request to a lab, and what comes back.
class Client {
 public:
  // Throws std::invalid_argument that names the labs there are when there is no such lab.
  Client(const std::string& lab, const nlohmann::json& request,
         std::initializer_list<const base::FileDescriptor*> with = {});

  // The next answer. Throws std::invalid_argument with the lab's own sentence when it refuses; RequestError
  // when something went wrong there, or it ended, does not answer, or speaks another protocol;
  // base::SystemError.
  Message answer();
  const Connection& connection() const { return connection_; }

 private:
  std::string lab_;
  Connection connection_;
};

// Throws as Client does; RequestError when the lab does not answer within 2 s.
LabState state_of(const std::string& lab);

// Runs `command` in a machine; returns its exit code, 128 + signal when it was killed. In a namespace it is
// a child of this process (see run_in_node) with BANCO_LAB and BANCO_NODE in its environment, also in a
// container. In a guest it gets no input, and what it prints comes after its end. Requires: no other thread
// in this process. Throws as Client does; MachineError's sentence as RequestError.
int run_in_machine(const std::string& lab, const std::string& machine,
                   const std::vector<std::string>& command);

// An interactive shell. In a namespace $SHELL, or bash; in a guest its own, on a serial port: Ctrl-] leaves.
// Returns the exit code of the shell. Throws as Client does.
int shell_in_machine(const std::string& lab, const std::string& machine);

// Changes the wire of a link, or with no settings only asks; returns what is set then, a line each. Throws as
// Client does.
std::string impair(const std::string& lab, const std::string& link, const std::vector<std::string>& settings);

// Ends a lab and waits until nothing is left of it; kills it when it does not answer. Throws
// std::invalid_argument: no such lab; RequestError when it is still there after 20 s.
void take_down(const std::string& lab);

}  // namespace banco::lab
