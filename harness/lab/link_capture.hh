// LinkCapture: the frames of one link, both ways, from a network device of the kernel by libpcap.
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
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"

struct pcap;

namespace banco::lab {

// What is wrong with a device, in one sentence.
class CaptureError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Which way a frame went; also the number of its interface in a capture file.
enum class Way : std::uint32_t { kFromMachine = 0, kToMachine = 1 };
inline constexpr std::array<Way, 2> kWays{Way::kFromMachine, Way::kToMachine};

struct CapturedFrame {
  std::uint64_t time_ns = 0;  // since 1970
  Way way = Way::kFromMachine;
  std::uint32_t original_bytes = 0;
  std::vector<std::byte> bytes;
};

struct CaptureCounts {
  std::uint64_t received_count = 0;  // frames that passed the filter
  std::uint64_t dropped_count = 0;   // came faster than they were taken
};

class LinkCapture {
 public:
  static constexpr int kSnapshot_bytes = 262144;  // longer than any frame
  using Take = std::function<void(const CapturedFrame&)>;

  // Opens `device` in the network namespace of the calling thread. `at_switch`: it is the switch's end of the
  // link. `filter`: as in pcap-filter(7), empty for all. Throws CaptureError;
  // std::invalid_argument when the filter is none.
  LinkCapture(const std::string& device, bool at_switch, const std::string& filter);

  // Throws std::invalid_argument with a sentence when the text is no filter.
  static void check_filter(const std::string& filter);

  // Readable when frames have come.
  const base::FileDescriptor& descriptor(Way way) const { return handle_of(way).ready; }
  // Hands over what has come, in the order of time, without waiting; the youngest are held back. Throws
  // CaptureError when the device has gone.
  void take_frames(const Take& take);
  // All that is left, at the end; waits a moment for what the kernel still has.
  void take_last_frames(const Take& take);
  CaptureCounts counts(Way way) const;

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
