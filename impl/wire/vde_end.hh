// VdeEnd: a network that libvdeplug joins by a URL.
//
// Theory of operation: most modules wait in vde_recv() when there is nothing; they may be called only when
// their descriptor is readable, which costs a poll(2) a frame. Where the descriptor is a socket or a device
// that the module reads from, O_NONBLOCK cures that, and keeps vde_send() from waiting too; modules of this
// project never wait.
#pragma once

#include "impl/vde/plug_api.hh"

#include <memory>
#include <string>

#include "impl/wire/end.hh"

namespace banco::wire {

class VdeEnd : public End {
 public:
  // `arguments` may be null. Throws base::SystemError that names the URL.
  VdeEnd(const std::string& url, const std::string& description, vde_open_args* arguments = nullptr);

  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override;
  bool send(std::span<const std::byte> frame) noexcept override;
  int data_descriptor() const noexcept override;
  int hang_up_descriptor() const noexcept override;
  bool is_closed() const noexcept override { return is_closed_; }

 private:
  struct Close {
    void operator()(VDECONN* connection) const;
  };
  std::unique_ptr<VDECONN, Close> connection_;
  bool may_wait_;
  bool is_closed_ = false;
};

// The network at `url`: a tap by TapEnd, everything else by VdeEnd. Throws as they do.
std::unique_ptr<End> open_end(const std::string& url, const std::string& description,
                              vde_open_args* arguments = nullptr);

}  // namespace banco::wire
