// UsageError: a command line that cannot be understood, as a sentence. Programs exit with 2.
#pragma once

#include <stdexcept>

namespace banco::base {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace banco::base
