#include "impl/wire/plug.hh"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "impl/base/system_error.hh"
#include "impl/wire/forwarder.hh"
#include "impl/wire/seed.hh"
#include "impl/wire/url.hh"

namespace banco::wire {
namespace {

// Signals are the client's: none of them may choose our thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Plug::Plug(const char* url, const char* description, vde_open_args* arguments)
    : owner_(::getpid()),
      nested_(open_end(parse_url(url).nested, description == nullptr ? "" : description, arguments)),
      wire_(with_seed(parse_settings(parse_url(url).settings)), monotonic_now()),
      stop_(base::check_system_call("eventfd", ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (!wire_.settings().control_path.empty())
    control_.emplace(loop_, wire_.settings().control_path, wire_, captures_);
  loop_.watch(stop_, EPOLLIN, [](std::uint32_t) {});
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "wire");
}

Plug::~Plug() {
  is_stopped_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.number(), &one, sizeof(one));
  thread_.join();
}

bool Plug::is_owner() const noexcept {
  return ::getpid() == owner_;
}

void Plug::run() noexcept {
  try {
    Forwarder forwarder(loop_, wire_, client_, *nested_, captures_);
    while (!is_stopped_.load(std::memory_order_acquire) && !forwarder.is_over()) forwarder.run_once();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wire://: %s\n", error.what());
  }
  client_.close();
}

}  // namespace banco::wire
