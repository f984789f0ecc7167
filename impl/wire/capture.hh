// Captures: what passes the left end of a wire, as pcapng streams into sockets that somebody reads.
//
// Shape   two interfaces, one for each way, "left>right" and "right>left". Frames from the left are as they
//         came, before anything happened to them; frames to the left as they arrived, after it.
// Units   nanoseconds since 1970, when the wire took or gave the frame.
// Bounds  frames never wait for a reader: what finds no room in 1 MiB is dropped, and counted in the
//         statistics of the stream.
// Threads one, that of `loop`.
#pragma once

#include <array>
#include <list>
#include <span>

#include "impl/base/event_loop.hh"
#include "impl/base/pcapng.hh"
#include "impl/wire/settings.hh"

namespace banco::wire {

class Captures {
 public:
  static constexpr std::size_t kLimit = 8;  // at the same time

  // `loop` must outlive it. Frames are added from handlers of it, or from its thread.
  explicit Captures(base::EventLoop& loop) : loop_(loop) {}
  ~Captures();
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;

  // Captures into `socket`, a stream that does not wait, until its reader closes it, or says that it will
  // write no more (shutdown(2)) and has got the rest. Requires: !is_full(). Throws SystemError,
  // std::bad_alloc.
  void begin(base::FileDescriptor socket);
  bool is_empty() const noexcept { return streams_.empty(); }
  bool is_full() const noexcept { return streams_.size() == kLimit; }

  void add(Way way, std::span<const std::byte> frame) noexcept;
  // Gives readers what there is. After each round with frames, and before the thread sleeps. Throws
  // SystemError.
  void flush();

 private:
  struct Stream {
    base::FileDescriptor socket;
    base::PcapngBuffer buffer;
    std::array<base::PcapngCounts, 2> counts{};
    std::uint32_t watched = 0;  // EPOLLIN, until the reader says no more; EPOLLOUT, while it takes no more
    bool has_reader = true;
    bool is_last = false;          // the reader only waits for the rest
    bool owes_statistics = false;  // frames were dropped since the last, or these are the last
  };
  using Place = std::list<Stream>::iterator;

  void serve(Place place, std::uint32_t ready);
  void write(Place place);
  void watch(Place place, std::uint32_t events);
  static void add_statistics(Stream& stream);
  static bool send_all(Stream& stream) noexcept;

  base::EventLoop& loop_;
  std::list<Stream> streams_;
};

}  // namespace banco::wire
