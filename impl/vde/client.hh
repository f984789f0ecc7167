// Client: a port of a network that libvdeplug joins by a URL, which never makes its caller wait for a frame.
//
// Theory of operation: most modules wait in vde_recv() when there is nothing; they may be called only when
// their descriptor is readable, which costs a poll(2) a frame. Where the descriptor is a socket or a device
// that the module reads from, O_NONBLOCK cures that, and keeps vde_send() from waiting too; modules of this
// project never wait.
#pragma once

#include "impl/vde/plug_api.hh"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace banco::vde {

class Client {
 public:
  // `arguments` may be null. Blocks as long as the network takes to answer. Throws base::SystemError that
  // names the URL.
  Client(const std::string& url, const std::string& description, vde_open_args* arguments = nullptr);

  // Puts the next frame into `buffer` and returns its length, if one is here; does not wait.
  std::optional<std::size_t> receive(std::span<std::byte> buffer) noexcept;
  // False when the frame was dropped.
  bool send(std::span<const std::byte> frame) noexcept;

  // Readable when a frame is here.
  int data_descriptor() const noexcept;
  // -1 where there is none; readable when the network has gone.
  int hang_up_descriptor() const noexcept;
  // vde_recv() has said that the network has gone.
  bool is_closed() const noexcept { return is_closed_; }

 private:
  struct Close {
    void operator()(VDECONN* connection) const;
  };
  std::unique_ptr<VDECONN, Close> connection_;
  bool may_wait_;
  bool is_closed_ = false;
};

}  // namespace banco::vde
