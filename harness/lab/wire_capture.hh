// WireCapture: the frames of a link that goes through a wire, from the wire itself (wire(1), `wire ctl PATH
// capture`). What the machine sends is seen before the wire does anything to it; what it gets, afterwards.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "harness/lab/frame_filter.hh"
#include "harness/lab/frame_source.hh"
#include "impl/base/pcapng_reader.hh"

namespace banco::lab {

class WireCapture : public FrameSource {
 public:
  // A connection to the control socket of a wire. Throws CaptureError.
  static base::FileDescriptor connect(const std::filesystem::path& control);

  // `control`: such a connection, of which nothing else was asked. Throws CaptureError; std::invalid_argument
  // when the filter is none.
  WireCapture(base::FileDescriptor control, const std::string& filter);

  std::vector<const base::FileDescriptor*> descriptors() const override { return {&socket_}; }
  void take_frames(const Take& take) override;
  void take_last_frames(const Take& take) override;
  CaptureCounts counts(Way way) const override;

 private:
  // False when there is nothing more to come.
  bool read_once(const Take& take);

  base::FileDescriptor socket_;
  FrameFilter filter_;
  base::PcapngReader reader_;
  std::array<std::uint64_t, 2> received_count_{};  // by Way
};

}  // namespace banco::lab
