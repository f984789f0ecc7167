// The user's terminal joined to a guest's, byte by byte.
#pragma once

#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::lab {

struct TerminalSize {
  int row_count = 24;
  int column_count = 80;
};
// Of the terminal on standard input; 24 × 80 when there is none.
TerminalSize terminal_size();

// Copies standard input to `stream` and `stream` to standard output until `stream` ends, `ended` becomes
// readable, or Ctrl-] is typed; the terminal is raw meanwhile and as before afterwards. Without a terminal
// the end of standard input is sent as Ctrl-D. False when it was Ctrl-]. Throws base::SystemError.
bool join_terminal(const base::FileDescriptor& stream, const base::FileDescriptor& ended);

}  // namespace banco::lab
