// DeviceCapture: the frames of one link, both ways, from a network device of the kernel by libpcap.
// A device has two ends: the machine's interface, or, for a guest, the tap on the switch's side; which one it
// is decides what libpcap calls incoming.
//
// Two handles, one for each direction, since a frame itself does not say which way it went. Each hands its
// frames over in blocks, so frames are held until the other handle cannot have an older one any more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "harness/lab/frame_source.hh"

struct pcap;

namespace banco::lab {

class DeviceCapture : public FrameSource {
 public:
  // Opens `device` in the network namespace of the calling thread. `at_switch`: it is the switch's end of the
  // link. `filter`: as in pcap-filter(7), empty for all. Throws CaptureError;
  // std::invalid_argument when the filter is none.
  DeviceCapture(const std::string& device, bool at_switch, const std::string& filter);

  std::vector<const base::FileDescriptor*> descriptors() const override;
  // The youngest frames are held back.
  void take_frames(const Take& take) override;
  void take_last_frames(const Take& take) override;
  CaptureCounts counts(Way way) const override;

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  struct Handle {
    std::unique_ptr<pcap, Close> source;
    base::FileDescriptor ready;
    std::deque<CapturedFrame> held;
    std::uint64_t received_count = 0;
  };

  const Handle& handle_of(Way way) const { return handles_[static_cast<std::size_t>(way)]; }
  void read_handle(Way way);
  void hand_over(std::uint64_t until_ns, const Take& take);

  std::string device_;
  std::array<Handle, 2> handles_;
  std::size_t held_bytes_ = 0;
};

}  // namespace banco::lab
