#include "harness/lab/wire_capture.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>

#include "harness/measure/json.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

constexpr std::chrono::milliseconds kPatience(5000);  // for an answer
constexpr std::size_t kAnswerLimit_bytes = 4096;

// Asks for the stream, which begins behind the line that is answered.
void begin(const base::FileDescriptor& socket) {
  socket.write_all("{\"command\":\"capture\"}\n");
  std::string line;
  while (!line.ends_with('\n')) {
    std::array<std::byte, 1> letter{};
    if (!socket.wait_for(POLLIN, kPatience) || line.size() > kAnswerLimit_bytes || socket.read(letter) == 0)
      throw CaptureError("the wire of this link does not answer");
    line += static_cast<char>(letter[0]);
  }
  const auto answer = measure::parse_json(line);
  if (!answer.value("ok", false))
    throw CaptureError("the wire of this link cannot be captured: " +
                       answer.value("error", "it does not say why"));
}

}  // namespace

base::FileDescriptor WireCapture::connect(const std::filesystem::path& control) {
  try {
    return base::connect_local(control, SOCK_STREAM | SOCK_NONBLOCK);
  } catch (const base::SystemError& error) {
    throw CaptureError(std::string("the wire of this link cannot be captured: ") + error.what());
  }
}

WireCapture::WireCapture(base::FileDescriptor control, const std::string& filter)
    : socket_(std::move(control)), filter_(filter) {
  begin(socket_);
}

bool WireCapture::read_once(const Take& take) {
  std::array<std::byte, 65536> buffer;
  const std::size_t count = socket_.read(buffer);
  const auto take_packet = [&](const base::PcapngPacket& packet) {
    if (packet.interface >= kWays.size() || !filter_.matches(packet.bytes, packet.original_bytes)) return;
    ++received_count_[packet.interface];
    take({.time_ns = packet.time_ns,
          .way = static_cast<Way>(packet.interface),
          .original_bytes = packet.original_bytes,
          .bytes = {packet.bytes.begin(), packet.bytes.end()}});
  };
  try {
    reader_.read(std::span(buffer).first(count), take_packet);
  } catch (const std::invalid_argument& error) {
    throw CaptureError(std::string("the wire of this link says something else than frames: ") + error.what());
  }
  return count > 0;
}

void WireCapture::take_frames(const Take& take) {
  constexpr int kAtOnce_count = 64;
  for (int i = 0; i < kAtOnce_count && socket_.wait_for(POLLIN, {}); ++i)
    if (!read_once(take)) throw CaptureError("the wire of this link has gone");
}

void WireCapture::take_last_frames(const Take& take) {
  ::shutdown(socket_.number(), SHUT_WR);  // asks for the rest
  while (socket_.wait_for(POLLIN, kPatience) && read_once(take)) {
  }
}

CaptureCounts WireCapture::counts(Way way) const {
  return {.received_count = received_count_[static_cast<std::size_t>(way)],
          .dropped_count = reader_.counts(static_cast<std::uint32_t>(way)).dropped_count};
}

}  // namespace banco::lab
