#include "impl/shm_switch/console_server.hh"

#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {

struct ConsoleServer::Session {
  base::FileDescriptor connection;
  ConsoleSession console;
  std::string output;            // not sent yet
  std::size_t sent_bytes = 0;    // of it
  bool input_ended = false;      // no more lines will come; those that have come are still answered
  std::uint32_t events = 0;      // watched for; 0: not watched
  Clock::time_point last_moved;  // when something went either way
};

ConsoleServer::ConsoleServer(base::EventLoop& loop, ConsoleCommands& commands,
                             std::function<void()> shut_down, ConsoleLimits limits)
    : loop_(loop),
      commands_(commands),
      shut_down_(std::move(shut_down)),
      limits_(limits),
      timer_(base::check_system_call("timerfd_create",
                                     ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))) {
  loop_.watch(timer_, EPOLLIN, [this](std::uint32_t) { on_timer(); });
}

ConsoleServer::~ConsoleServer() {
  for (auto& [number, session] : sessions_)
    if (session.events != 0) loop_.forget(session.connection);
  for (const base::FileDescriptor* const descriptor : listening_) loop_.forget(*descriptor);
  loop_.forget(timer_);
}

void ConsoleServer::listen(const base::ListeningSocket& socket) {
  const base::FileDescriptor& descriptor = socket.descriptor();
  loop_.watch(descriptor, EPOLLIN, [this, &descriptor](std::uint32_t) { accept_one(descriptor); });
  listening_.push_back(&descriptor);
}

void ConsoleServer::accept_one(const base::FileDescriptor& listening) {
  base::FileDescriptor connection(
      ::accept4(listening.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!connection.is_open()) return;
  make_room();
  serve(std::move(connection), ConsoleSession::greeting(ConsoleCommands::banner()));
}

void ConsoleServer::make_room() {
  if (sessions_.size() < limits_.session_count) return;
  const auto quietest = std::min_element(
      sessions_.begin(), sessions_.end(),
      [](const auto& a, const auto& b) { return a.second.last_moved < b.second.last_moved; });
  drop(quietest->first);
}

void ConsoleServer::serve(base::FileDescriptor connection, const std::string& greeting) {
  const int number = connection.number();
  const auto [place, inserted] = sessions_.emplace(
      number,
      Session{.connection = std::move(connection),
              .console = ConsoleSession([this](std::string_view line) { return commands_.run(line); }),
              .output = greeting,
              .last_moved = Clock::now()});
  if (!answer(place->second)) drop(number);
}

void ConsoleServer::on_ready(int number) {
  const auto place = sessions_.find(number);
  if (place == sessions_.end()) return;
  Session& session = place->second;
  if (session.output.empty() && !take_input(session)) return drop(number);
  if (!answer(session)) drop(number);
}

// False when the connection has failed.
bool ConsoleServer::take_input(Session& session) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(session.connection.number(), buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  session.last_moved = Clock::now();
  session.input_ended = got == 0;
  const std::size_t bytes = static_cast<std::size_t>(got);
  session.console.receive({buffer.data(), bytes}, bytes < buffer.size());
  return true;
}

// Answers the lines that have come, as far as the client reads. False when the session is over.
bool ConsoleServer::answer(Session& session) {
  while (true) {
    if (!flush(session)) return false;
    if (!session.output.empty()) {
      watch(session, EPOLLOUT);
      start_timer();
      return true;
    }
    if (session.console.ends_switch()) {
      watch(session, 0);
      shut_down_();
      return true;
    }
    if (session.console.has_ended()) return false;
    auto next = session.console.next_answer();
    if (!next) break;
    session.output = std::move(*next);
  }
  if (session.input_ended) return false;
  watch(session, EPOLLIN);
  return true;
}

// Sends what the client takes. False when the connection has failed.
bool ConsoleServer::flush(Session& session) {
  while (session.sent_bytes < session.output.size()) {
    const ssize_t sent = ::write(session.connection.number(), session.output.data() + session.sent_bytes,
                                 session.output.size() - session.sent_bytes);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN;
    session.sent_bytes += static_cast<std::size_t>(sent);
    session.last_moved = Clock::now();
  }
  session.output.clear();
  session.sent_bytes = 0;
  return true;
}

void ConsoleServer::watch(Session& session, std::uint32_t events) {
  if (session.events == events) return;
  if (session.events != 0) loop_.forget(session.connection);
  session.events = 0;
  if (events != 0) {
    const int number = session.connection.number();
    loop_.watch(session.connection, events, [this, number](std::uint32_t) { on_ready(number); });
  }
  session.events = events;
}

void ConsoleServer::drop(int number) {
  const auto place = sessions_.find(number);
  watch(place->second, 0);
  sessions_.erase(place);
}

// Runs only while a client does not read: an idle switch sleeps.
void ConsoleServer::start_timer() {
  if (std::exchange(timer_runs_, true)) return;
  itimerspec when{};
  when.it_value.tv_sec = limits_.patience.count() / 1000;
  when.it_value.tv_nsec = limits_.patience.count() % 1000 * 1'000'000;
  ::timerfd_settime(timer_.number(), 0, &when, nullptr);
}

void ConsoleServer::on_timer() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(timer_.number(), &expirations, sizeof(expirations));
  timer_runs_ = false;
  std::vector<int> stalled;
  bool more = false;
  for (const auto& [number, session] : sessions_) {
    if (session.output.empty()) continue;
    if (Clock::now() - session.last_moved >= limits_.patience)
      stalled.push_back(number);
    else
      more = true;
  }
  for (const int number : stalled) drop(number);
  if (more) start_timer();
}

}  // namespace banco::shm_switch
