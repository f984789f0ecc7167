// VdeEnd: a network that libvdeplug joins by a URL (impl/vde/client).
#pragma once

#include <memory>
#include <string>

#include "impl/vde/client.hh"
#include "impl/wire/end.hh"

namespace banco::wire {

class VdeEnd : public End {
 public:
  // As vde::Client.
  VdeEnd(const std::string& url, const std::string& description, vde_open_args* arguments = nullptr)
      : client_(url, description, arguments) {}

  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override;
  bool send(std::span<const std::byte> frame) noexcept override { return client_.send(frame); }
  int data_descriptor() const noexcept override { return client_.data_descriptor(); }
  int hang_up_descriptor() const noexcept override { return client_.hang_up_descriptor(); }
  bool is_closed() const noexcept override { return client_.is_closed(); }

 private:
  vde::Client client_;
};

// The network at `url`: a tap by TapEnd, everything else by VdeEnd. Throws as they do.
std::unique_ptr<End> open_end(const std::string& url, const std::string& description,
                              vde_open_args* arguments = nullptr);

}  // namespace banco::wire
