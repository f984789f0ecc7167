// FrameSource: where the frames of a link are captured, both ways: a device of the kernel
// (device_capture.hh), or a wire that the link goes through (wire_capture.hh).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "impl/base/file_descriptor.hh"

namespace banco::lab {

// What is wrong with a capture, in one sentence.
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

class FrameSource {
 public:
  static constexpr int kSnapshot_bytes = 262144;  // longer than any frame
  using Take = std::function<void(const CapturedFrame&)>;

  virtual ~FrameSource() = default;

  // Readable when frames have come.
  virtual std::vector<const base::FileDescriptor*> descriptors() const = 0;
  // Hands over what has come, in the order of time, without waiting. Throws CaptureError when the link has
  // gone.
  virtual void take_frames(const Take& take) = 0;
  // All that is left, at the end; may wait a moment for it.
  virtual void take_last_frames(const Take& take) = 0;
  virtual CaptureCounts counts(Way way) const = 0;
};

}  // namespace banco::lab
