// Control: the control process's side of a switch. It introduces ports to each other, hands out rings to
// those who may exchange frames, keeps their settings, notices who has gone. It never sees a frame: while
// frames flow it sleeps in epoll_wait.
//
// Who gets a ring: two ports that share a VLAN and are not both isolated; and every port to a mirror. A pair
// that loses that right loses its ring. Death: PATH/state says who was here. A new control process keeps the
// numbers of those ports free for them for some seconds, and takes each back when it says hello with its
// secret; rings between two such ports were never touched. Trust: ports are hostile; see message.hh.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/event_loop.hh"
#include "impl/shm_switch/message.hh"
#include "impl/shm_switch/sealed_memory.hh"
#include "impl/shm_switch/switch_directory.hh"

namespace banco::shm_switch {

struct ControlOptions {
  std::uint32_t port_count = 32;
  // Said here, they count; else what a predecessor that died had set.
  bool hub = false;
  std::optional<std::uint32_t> ageing_s = {};
  bool clients_choose_vlans = true;
};

// One port, as shown to people.
struct PortView {
  std::uint32_t number = 0;
  std::string description;
  uid_t uid = 0;
  pid_t pid = 0;
  PortSettings settings;
  std::uint32_t peer_count = 0;
  shm_counters sent{};
  shm_counters received{};
};

struct AddressView {
  std::uint64_t address = 0;
  std::uint16_t vlan = 0;
  std::uint32_t port = 0;
  std::uint32_t age_s = 0;
};

// What a caller asked for and cannot have: errno for programs, a sentence for people.
class ControlError : public std::runtime_error {
 public:
  explicit ControlError(const std::string& sentence, int error_number = EINVAL)
      : std::runtime_error(sentence), error_number_(error_number) {}
  int error_number() const { return error_number_; }

 private:
  int error_number_;
};

class Control {
 public:
  // Serves `directory`, whose listening socket is there already. Throws SystemError.
  Control(base::EventLoop& loop, SwitchDirectory& directory, ControlOptions options);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  std::vector<PortView> ports() const;
  std::vector<AddressView> addresses() const;
  const SwitchSettings& switch_settings() const { return settings_; }
  std::uint32_t port_count() const { return options_.port_count; }
  bool clients_choose_vlans() const { return options_.clients_choose_vlans; }
  // Of whoever is at that port, or would get it. Throws ControlError.
  PortSettings settings_of(std::uint32_t number) const;
  // What an administrator has set, by number.
  const std::map<std::uint32_t, PortSettings>& configured() const { return configured_; }
  // Ports that only a client that asks for them by number gets.
  const std::set<std::uint32_t>& reserved() const { return reserved_; }

  // Also for a port that nobody uses now: who comes there gets it. Throw ControlError.
  void set_vlans(std::uint32_t number, const VlanMembership& vlans);
  void set_isolated(std::uint32_t number, bool isolated);
  void set_mirror(std::uint32_t number, bool mirror);
  void set_reserved(std::uint32_t number, bool reserved);
  // Forgets what was set for a port that nobody uses. Throws ControlError (EADDRINUSE).
  void forget_port(std::uint32_t number);
  void set_port_count(std::uint32_t count);
  void set_hub(bool hub);
  void set_ageing(std::uint32_t seconds);
  // Throws a port out of the switch. Throws ControlError.
  void hang_up(std::uint32_t number);
  // All of them, for good: the switch ends.
  void hang_up_all();

 private:
  struct Port;
  struct Pending;

  Port* find(std::uint32_t number);
  void check_number(std::uint32_t number) const;
  void listen();
  void accept_one();
  void drop_oldest_stranger();
  void serve(int socket_number);
  void drop(int socket_number);
  void serve_message(int socket_number, ReceivedMessage received);
  void hello(int socket_number, ReceivedMessage received);
  std::unique_ptr<Port> admit(ReceivedMessage& received);
  std::uint32_t choose_number(const Message& hello) const;
  void remove(std::uint32_t number);

  bool may_exchange(const Port& a, const Port& b) const;
  void introduce(Port& newcomer, Port& there);
  void separate(Port& a, Port& b);
  void reconsider(Port& port);
  void change_settings(std::uint32_t number, const PortSettings& settings);
  PortSettings settings_for(std::uint32_t number) const;

  void send(Port& port, const Message& message, std::vector<base::FileDescriptor> descriptors = {}) noexcept;
  bool flush(Port& port) noexcept;
  void knock(std::uint32_t number);
  void publish_mail(const Port& port);
  void tell_settings(Port& port);
  void start_timer();
  void on_timer();
  void save() noexcept;
  void load();

  base::EventLoop& loop_;
  SwitchDirectory& directory_;
  ControlOptions options_;
  SwitchSettings settings_;
  SharedMemory page_memory_;
  shm_switch_page* page_;
  base::FileDescriptor timer_;
  bool timer_runs_ = false;
  bool listens_ = false;                         // not while descriptors are short
  bool unsaved_ = false;                         // the last save() has failed
  std::vector<base::FileDescriptor> strangers_;  // connected, no hello yet; the oldest first
  std::map<std::uint32_t, std::unique_ptr<Port>> ports_;
  std::map<int, std::uint32_t> number_of_socket_;
  std::map<std::uint32_t, PortSettings> configured_;  // by an administrator
  std::set<std::uint32_t> reserved_;
  struct Expected {
    std::uint64_t incarnation = 0;
    std::uint64_t secret = 0;
  };
  std::map<std::uint32_t, Expected> expected_;  // were here before the last control process died
  std::chrono::steady_clock::time_point expected_until_;
};

}  // namespace banco::shm_switch
