#include "harness/lab/guest_terminal.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

constexpr char kLeave = '\x1d';       // Ctrl-]
constexpr char kEndOfInput = '\x04';  // Ctrl-D

// Every key goes to the other side as it is, Ctrl-C too. Nothing where standard input is no terminal.
class RawTerminal {
 public:
  RawTerminal() {
    termios settings{};
    if (::tcgetattr(STDIN_FILENO, &settings) != 0) return;
    before_ = settings;
    ::cfmakeraw(&settings);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  }
  ~RawTerminal() {
    if (before_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  std::optional<termios> before_;
};

class Joint {
 public:
  explicit Joint(const base::FileDescriptor& stream)
      : stream_(stream),
        input_(base::check_system_call("dup", ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3))),
        output_(base::check_system_call("dup", ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))) {}

  bool run(const base::FileDescriptor& ended) {
    const RawTerminal raw;
    // Not EventLoop: epoll(7) takes no file, which standard input may be.
    std::array<pollfd, 3> watched{{{input_.number(), POLLIN, 0},  //
                                   {stream_.number(), POLLIN, 0},
                                   {ended.number(), POLLIN, 0}}};
    while (watched[2].revents == 0) {
      if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
        throw base::SystemError(errno, "poll");
      if (watched[1].revents != 0 && !copy_output()) return true;
      if (watched[0].revents != 0 && !copy_input()) watched[0].fd = -1;
      if (left_) return false;
    }
    while (stream_.wait_for(POLLIN, std::chrono::milliseconds(100)) && copy_output()) {  // its last words
    }
    return true;
  }

 private:
  // False when there is no more.
  bool copy_output() {
    const std::size_t count = stream_.read(std::as_writable_bytes(std::span(buffer_)));
    output_.write_all({buffer_.data(), count});
    return count > 0;
  }
  bool copy_input() {
    const std::size_t count = input_.read(std::as_writable_bytes(std::span(buffer_)));
    const std::string_view typed(buffer_.data(), count);
    const auto leave = ::isatty(STDIN_FILENO) == 1 ? typed.find(kLeave) : std::string_view::npos;
    left_ = leave != std::string_view::npos;
    stream_.write_all(count > 0 ? typed.substr(0, leave) : std::string_view(&kEndOfInput, 1));
    return count > 0;
  }

  const base::FileDescriptor& stream_;
  base::FileDescriptor input_;
  base::FileDescriptor output_;
  std::array<char, 4096> buffer_{};
  bool left_ = false;
};

}  // namespace

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {.row_count = size.ws_row, .column_count = size.ws_col};
}

bool join_terminal(const base::FileDescriptor& stream, const base::FileDescriptor& ended) {
  return Joint(stream).run(ended);
}

}  // namespace banco::lab
