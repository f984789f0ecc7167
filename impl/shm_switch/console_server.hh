// ConsoleServer: sessions of the management console over sockets and the terminal, on the switch's event
// loop.
//
// It never waits for a client: what a client does not read stays here, one answer at most, and no more of its
// lines are obeyed until it has; a client that takes nothing for some seconds is dropped. When all sessions
// are taken, the one that has been quiet longest makes way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "impl/base/event_loop.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/listening_socket.hh"
#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_session.hh"

namespace banco::shm_switch {

struct ConsoleLimits {
  std::size_t session_count = 16;
  std::chrono::milliseconds patience{5000};  // with a client that does not read
};

class ConsoleServer {
 public:
  // `shut_down`: called when a client has said so; that client is told "9999", and its connection ends with
  // the server. Requires: `loop` and `commands` live longer.
  ConsoleServer(base::EventLoop& loop, ConsoleCommands& commands, std::function<void()> shut_down,
                ConsoleLimits limits = {});
  ~ConsoleServer();
  ConsoleServer(const ConsoleServer&) = delete;
  ConsoleServer& operator=(const ConsoleServer&) = delete;

  // Requires: `socket` lives longer.
  void listen(const base::ListeningSocket& socket);
  // A session on a connection that is there, non-blocking: the terminal. Its end ends nothing else.
  void serve(base::FileDescriptor connection, const std::string& greeting);

  std::size_t session_count() const { return sessions_.size(); }

 private:
  struct Session;
  using Clock = std::chrono::steady_clock;

  void accept_one(const base::FileDescriptor& listening);
  void make_room();
  void on_ready(int number);
  bool take_input(Session& session);
  bool answer(Session& session);
  bool flush(Session& session);
  void watch(Session& session, std::uint32_t events);
  void drop(int number);
  void on_timer();
  void start_timer();

  base::EventLoop& loop_;
  ConsoleCommands& commands_;
  std::function<void()> shut_down_;
  ConsoleLimits limits_;
  base::FileDescriptor timer_;
  bool timer_runs_ = false;
  std::vector<const base::FileDescriptor*> listening_;
  std::map<int, Session> sessions_;  // by descriptor number
};

}  // namespace banco::shm_switch
