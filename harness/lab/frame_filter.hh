// FrameFilter: which frames are wanted, as pcap-filter(7) says it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

struct bpf_program;
struct pcap;

namespace banco::lab {

class FrameFilter {
 public:
  // An empty text lets everything pass. Throws std::invalid_argument with a sentence when the text is no
  // filter.
  explicit FrameFilter(const std::string& text);

  // `original_bytes`: how long the frame is; `bytes` may be its beginning only.
  bool matches(std::span<const std::byte> bytes, std::uint32_t original_bytes) const;
  // Lets the kernel do it, for a handle that is active. Throws CaptureError.
  void set_on(pcap* handle) const;

 private:
  struct Free {
    void operator()(bpf_program* program) const;
  };
  std::unique_ptr<bpf_program, Free> program_;  // null: everything
};

}  // namespace banco::lab
