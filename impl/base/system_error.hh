// SystemError: a system call that failed, with errno, what was attempted and where.
// Every call to the kernel in this project goes through check_system_call().
#pragma once

#include <cerrno>
#include <source_location>
#include <string>
#include <system_error>

namespace banco::base {

class SystemError : public std::system_error {
 public:
  // `attempt` names what was tried in the words of the man page ("open /dev/net/tun").
  SystemError(int error_number, const std::string& attempt,
              std::source_location where = std::source_location::current());

  const std::source_location& where() const { return where_; }

 private:
  std::source_location where_;
};

// Returns `result` unless it is negative; then throws SystemError with errno.
// `attempt` is a string literal, so that building it cannot change errno before it is read.
template <typename Result>
Result check_system_call(const char* attempt, Result result,
                         std::source_location where = std::source_location::current()) {
  if (result < 0) throw SystemError(errno, attempt, where);
  return result;
}

// The same with the name of the object, which is appended after errno was saved: "open: NAME".
template <typename Result>
Result check_system_call(const char* attempt, const std::string& object, Result result,
                         std::source_location where = std::source_location::current()) {
  if (result < 0) {
    const int error_number = errno;
    throw SystemError(error_number, std::string(attempt) + " " + object, where);
  }
  return result;
}

}  // namespace banco::base
