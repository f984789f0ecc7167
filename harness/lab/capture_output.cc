#include "harness/lab/capture_output.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>

#include "harness/lab/frame_summary.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

constexpr std::size_t kBuffer_bytes = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kRound(100);

// "12:34:56.123456789", local time.
std::string clock_text(std::uint64_t time_ns) {
  const auto seconds = static_cast<std::time_t>(time_ns / 1'000'000'000);
  return fmt::format("{:%H:%M:%S}.{:09}", fmt::localtime(seconds), time_ns % 1'000'000'000);
}

}  // namespace

PcapngOutput::PcapngOutput(base::FileDescriptor file, const CapturedLink& link,
                           const std::string& application)
    : file_(std::move(file)), buffer_(kBuffer_bytes) {
  buffer_.add_section(base::operating_system_text(), application);
  const auto add_way = [&](const std::string& from, const std::string& to, const std::string& name) {
    buffer_.add_interface(name, fmt::format("{}: link {}, {} to {}", link.owner, link.name, from, to),
                          FrameSource::kSnapshot_bytes);
  };
  add_way(link.machine, link.switch_, link.name + ">" + link.switch_);
  add_way(link.switch_, link.machine, link.switch_ + ">" + link.name);
  flush();
}

void PcapngOutput::add(const CapturedFrame& frame) {
  const base::PcapngPacket packet{.interface = static_cast<std::uint32_t>(frame.way),
                                  .time_ns = frame.time_ns,
                                  .direction = frame.way == Way::kFromMachine
                                                   ? base::PcapngDirection::kOutbound
                                                   : base::PcapngDirection::kInbound,
                                  .bytes = frame.bytes,
                                  .original_bytes = frame.original_bytes};
  if (buffer_.add_packet(packet)) return;
  flush();
  buffer_.add_packet(packet);
}

void PcapngOutput::flush() {
  const auto bytes = buffer_.bytes();
  file_.write_all({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  buffer_.consume(bytes.size());
}

void PcapngOutput::finish(const FrameSource& source) {
  flush();
  const auto now = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  for (const Way way : kWays) {
    const CaptureCounts counts = source.counts(way);
    buffer_.add_statistics(static_cast<std::uint32_t>(way), static_cast<std::uint64_t>(now),
                           {counts.received_count, counts.dropped_count});
  }
  flush();
}

TextOutput::TextOutput(base::FileDescriptor terminal, const CapturedLink& link)
    : terminal_(std::move(terminal)), link_(link) {}

void TextOutput::add(const CapturedFrame& frame) {
  const bool out = frame.way == Way::kFromMachine;
  lines_ += fmt::format("{} {} > {}: {}, {} bytes\n", clock_text(frame.time_ns),
                        out ? link_.machine : link_.switch_, out ? link_.switch_ : link_.machine,
                        frame_summary(frame.bytes), frame.original_bytes);
}

void TextOutput::flush() {
  terminal_.write_all(lines_);
  lines_.clear();
}

void TextOutput::finish(const FrameSource&) {
  flush();
}

void record(FrameSource& source, CaptureOutput& output,
            const std::vector<const base::FileDescriptor*>& until) {
  const auto take = [&](const CapturedFrame& frame) { output.add(frame); };
  std::vector<pollfd> watched;
  for (const base::FileDescriptor* const end : until) watched.push_back({end->number(), POLLIN, 0});
  for (const base::FileDescriptor* const descriptor : source.descriptors())
    watched.push_back({descriptor->number(), POLLIN, 0});
  const auto ended = [&] {
    for (std::size_t i = 0; i < until.size(); ++i)
      if (watched[i].revents != 0) return true;
    return false;
  };
  try {
    while (!ended()) {
      if (::poll(watched.data(), watched.size(), static_cast<int>(kRound.count())) < 0 && errno != EINTR)
        throw base::SystemError(errno, "poll");
      source.take_frames(take);
      output.flush();
    }
  } catch (const CaptureError&) {  // the link has gone, and the capture is complete
  }
  source.take_last_frames(take);
  output.finish(source);
}

}  // namespace banco::lab
