// SwitchLink: what a port has to do with the control process: joining, mail about peers and settings, being
// woken, finding the control process again after it died. Everything here is slow and rare; frames never come
// this way (port.hh).
//
// Threads: one sending and one receiving thread may call anything but the constructor at once.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/base/memory_mapping.hh"
#include "impl/shm_switch/message.hh"
#include "impl/shm_switch/peer.hh"
#include "impl/shm_switch/sealed_memory.hh"

namespace banco::shm_switch {

struct PortOptions {
  std::filesystem::path path = {};  // the switch's directory
  std::uint32_t number = 0;         // 0: any
  std::string description = {};
  std::optional<VlanMembership> vlans = {};
  std::size_t ring_bytes = SHM_RING_BYTES;  // at most, for what we send to each peer
  bool offload = false;                     // frames carry a virtio_net_hdr_v1
};

struct PeerEntry {
  std::shared_ptr<Peer> peer;
  PortSettings settings;
};

// All that the packet path needs to know, unchanging: a change makes a new one.
struct Membership {
  std::uint64_t version = 0;
  std::uint32_t number = 0;
  PortSettings settings;
  SwitchSettings switch_settings;
  std::vector<PeerEntry> peers;
};

// open() failed: errno for the caller, a sentence for the user.
class OpenError : public std::runtime_error {
 public:
  OpenError(int error_number, const std::string& sentence)
      : std::runtime_error(sentence), error_number_(error_number) {}
  int error_number() const { return error_number_; }

 private:
  int error_number_;
};

class SwitchLink {
 public:
  // Joins the switch and waits until every port that is there is joined with us. Throws OpenError,
  // SystemError.
  explicit SwitchLink(PortOptions options);

  shm_port_page& page() noexcept { return *page_; }
  // Readable when a frame waits: epoll(7) over all bells.
  const base::FileDescriptor& data_descriptor() const noexcept { return epoll_; }
  // Hangs up when the switch has thrown this port out; not when the control process dies.
  const base::FileDescriptor& hang_up_descriptor() const noexcept { return hang_up_ours_; }

  // The membership to use; `current` while that is still right. One load for each of two words when nothing
  // happened.
  void refresh(std::shared_ptr<const Membership>& current) noexcept {
    if (load_relaxed(*mail_word_.load(std::memory_order_acquire)) !=
            mail_seen_.load(std::memory_order_relaxed) ||
        version_.load(std::memory_order_acquire) != current->version) [[unlikely]]
      refresh_slowly(current);
  }
  std::shared_ptr<const Membership> membership();

  // Our own bell: makes data_descriptor() readable until silence_all().
  void ring_ourselves() noexcept;
  // Whether data_descriptor() is readable.
  bool any_bell() const noexcept;
  // Silences every bell that rings; does what control's bell asks for.
  void silence_all() noexcept;
  // Asks control to wake port `number`, which does not watch our bell yet. False when control did not get
  // that: it has gone, or does not read.
  bool knock(std::uint32_t number) noexcept;
  // At times, from whichever side is awake: finds control again when it has gone.
  void tend() noexcept;

 private:
  void connect();
  void say_hello(const base::FileDescriptor& socket, bool again);
  void refresh_slowly(std::shared_ptr<const Membership>& current) noexcept;
  void tend_locked() noexcept;
  void handle_mail_locked() noexcept;
  void handle(ReceivedMessage received, Membership& next);
  void add_peer(ReceivedMessage& received, Membership& next);
  void remove_peer(std::uint32_t number, std::uint64_t incarnation, Membership& next);
  void welcome(ReceivedMessage& received, Membership& next);
  void lose_control_locked() noexcept;
  void look_for_control_locked() noexcept;
  void tend_later() noexcept;
  void watch(const base::FileDescriptor& descriptor, std::uint64_t tag);

  PortOptions options_;
  SharedMemory page_memory_;
  shm_port_page* page_;
  base::FileDescriptor epoll_;
  base::FileDescriptor own_bell_;     // eventfd
  base::FileDescriptor retry_timer_;  // timerfd: for a port that sleeps when something has to be tried again
  base::FileDescriptor hang_up_ours_;
  base::FileDescriptor hang_up_theirs_;  // control has another of it: its death alone hangs nothing up

  std::mutex mutex_;  // everything below
  base::FileDescriptor socket_;
  base::FileDescriptor control_bell_;  // the end that we read
  base::FileDescriptor path_watch_;    // inotify, while control is gone
  std::uint64_t incarnation_ = 0;
  std::uint64_t secret_ = 0;
  bool expelled_ = false;  // a new control process does not know us
  std::vector<base::MemoryMapping>
      switch_pages_;  // the last is in use; a reader may still look at an older one
  std::shared_ptr<const Membership> membership_;

  std::atomic<std::uint64_t> version_{0};
  std::atomic<const std::uint32_t*> mail_word_;
  std::atomic<std::uint32_t> mail_seen_{0};
  std::uint32_t no_mail_ = 0;  // stands for the word before there is a page
};

}  // namespace banco::shm_switch
