// Plug: a wire whose left end is a client of libvdeplug and whose right end is a nested network.
//
// Theory of operation
//
//     client ──vde_send──> hand-over ──┐                    ┌──> vde_send ──┐
//                                      ├── thread: Wire  ───┤               ├── nested network
//     client <─vde_recv─── hand-over <─┘    and clock       └─── vde_recv <─┘
//
// A thread of the wire's own releases frames when their time has come, so that the client's descriptor is
// readable only when a frame is there: QEMU would deliver anything else to the guest. The client never waits:
// what it sends faster than the wire takes it is dropped and counted.
//
// Threads  one concurrent sender and one concurrent receiver, besides the wire's.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "impl/vde/plug_api.hh"
#include "impl/wire/capture.hh"
#include "impl/wire/client_end.hh"
#include "impl/wire/control.hh"
#include "impl/wire/vde_end.hh"
#include "impl/wire/wire.hh"

namespace banco::wire {

class Plug {
 public:
  // `url`: what follows wire://. Throws std::invalid_argument with a sentence, std::runtime_error,
  // SystemError.
  Plug(const char* url, const char* description, vde_open_args* arguments);
  // Ends the thread. Frames on their way are lost, as with a cable that is pulled.
  ~Plug();
  Plug(const Plug&) = delete;
  Plug& operator=(const Plug&) = delete;

  ClientEnd& client() noexcept { return client_; }
  int hang_up_descriptor() const noexcept { return nested_->hang_up_descriptor(); }
  // False in a child that was forked off the process that opened it: the thread is not there.
  bool is_owner() const noexcept;

 private:
  void run() noexcept;

  pid_t owner_;
  ClientEnd client_;
  std::unique_ptr<End> nested_;
  base::EventLoop loop_;
  Wire wire_;
  Captures captures_{loop_};
  std::optional<Control> control_;
  base::FileDescriptor stop_;
  std::atomic<bool> is_stopped_{false};
  std::thread thread_;
};

}  // namespace banco::wire
