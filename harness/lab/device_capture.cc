#include "harness/lab/device_capture.hh"

#include <pcap/pcap.h>

#include <chrono>
#include <limits>
#include <span>
#include <thread>

#include "harness/lab/frame_filter.hh"

namespace banco::lab {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBlockTimeout(50);  // the kernel hands a block of frames over at least this often
constexpr milliseconds kHold(200);         // a frame this old has been handed over for certain
constexpr std::size_t kHeldLimit_bytes = std::size_t{64} << 20;
constexpr int kRing_bytes = 16 << 20;
constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

}  // namespace

void DeviceCapture::Close::operator()(pcap* handle) const {
  ::pcap_close(handle);
}

DeviceCapture::DeviceCapture(const std::string& device, bool at_switch, const std::string& filter)
    : device_(device) {
  const FrameFilter wanted(filter);
  for (const Way way : kWays) {
    Handle& handle = handles_[static_cast<std::size_t>(way)];
    char words[PCAP_ERRBUF_SIZE]{};
    handle.source.reset(::pcap_create(device.c_str(), words));
    if (!handle.source) throw CaptureError(device + " cannot be captured: " + words);
    pcap_t* const pcap = handle.source.get();
    ::pcap_set_snaplen(pcap, kSnapshot_bytes);
    ::pcap_set_promisc(pcap, 1);
    ::pcap_set_timeout(pcap, static_cast<int>(kBlockTimeout.count()));
    ::pcap_set_buffer_size(pcap, kRing_bytes);
    ::pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    if (::pcap_activate(pcap) < 0) throw CaptureError(device + " cannot be captured: " + ::pcap_geterr(pcap));
    if (::pcap_datalink(pcap) != DLT_EN10MB) throw CaptureError(device + " carries no Ethernet frames");
    // What the switch's end receives has come from the machine.
    const bool incoming = at_switch == (way == Way::kFromMachine);
    if (::pcap_setdirection(pcap, incoming ? PCAP_D_IN : PCAP_D_OUT) != 0 ||
        ::pcap_setnonblock(pcap, 1, words) != 0)
      throw CaptureError(device + " cannot be captured: " + ::pcap_geterr(pcap));
    wanted.set_on(pcap);
    handle.ready = base::FileDescriptor(::fcntl(::pcap_get_selectable_fd(pcap), F_DUPFD_CLOEXEC, 3));
  }
}

void DeviceCapture::read_handle(Way way) {
  struct Target {
    DeviceCapture& capture;
    Handle& handle;
    Way way;
  } target{*this, handles_[static_cast<std::size_t>(way)], way};
  const auto add = [](u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
    auto& to = *reinterpret_cast<Target*>(user);
    const std::span frame(reinterpret_cast<const std::byte*>(bytes), header->caplen);
    // With this precision tv_usec counts nanoseconds.
    to.handle.held.push_back({.time_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000 +
                                         static_cast<std::uint64_t>(header->ts.tv_usec),
                              .way = to.way,
                              .original_bytes = header->len,
                              .bytes = {frame.begin(), frame.end()}});
    to.capture.held_bytes_ += frame.size();
    ++to.handle.received_count;
  };
  constexpr int kAtOnce_count = 4096;
  const int count =
      ::pcap_dispatch(target.handle.source.get(), kAtOnce_count, add, reinterpret_cast<u_char*>(&target));
  if (count < 0)
    throw CaptureError(device_ + " can no longer be captured: " + ::pcap_geterr(target.handle.source.get()));
}

void DeviceCapture::hand_over(std::uint64_t until_ns, const Take& take) {
  for (;;) {
    std::deque<CapturedFrame>* next = nullptr;
    for (Handle& handle : handles_)
      if (!handle.held.empty() && (next == nullptr || handle.held.front().time_ns < next->front().time_ns))
        next = &handle.held;
    if (next == nullptr) return;
    if (next->front().time_ns > until_ns && held_bytes_ < kHeldLimit_bytes) return;
    take(next->front());
    held_bytes_ -= next->front().bytes.size();
    next->pop_front();
  }
}

std::vector<const base::FileDescriptor*> DeviceCapture::descriptors() const {
  return {&handles_[0].ready, &handles_[1].ready};
}

void DeviceCapture::take_frames(const Take& take) {
  for (const Way way : kWays) read_handle(way);
  hand_over(now_ns() - std::chrono::nanoseconds(kHold).count(), take);
}

void DeviceCapture::take_last_frames(const Take& take) {
  std::this_thread::sleep_for(2 * kBlockTimeout);
  try {
    for (const Way way : kWays) read_handle(way);
  } catch (const CaptureError&) {  // the device has gone; what came before is there
  }
  hand_over(kForEver, take);
}

CaptureCounts DeviceCapture::counts(Way way) const {
  pcap_stat statistics{};
  const bool known = ::pcap_stats(handle_of(way).source.get(), &statistics) == 0;
  return {.received_count = handle_of(way).received_count, .dropped_count = known ? statistics.ps_drop : 0};
}

}  // namespace banco::lab
