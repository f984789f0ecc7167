// What the driver asks of vde_docker_pump, and what it is answered: a message each on Unix sockets
// (SOCK_SEQPACKET, unix(7)). Requests all go through one socket, each with a socket of its own for the
// answer.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "impl/base/file_descriptor.hh"

namespace banco::vde_docker {

// A connected pair. Throws SystemError.
std::pair<base::FileDescriptor, base::FileDescriptor> make_socket_pair();

struct PumpRequest {
  std::string url;                     // the network
  std::string tap;                     // made if there is none
  std::string socket;                  // where the pump will tell how it fares
  std::string network_namespace = {};  // of the tap, a path; empty: this one
  std::string alias = {};              // of a tap that is made; empty: the tap is there
  int mtu_bytes = 0;                   // of a tap that is made
  int wait_ms = 0;  // fail unless the network is joined by then; 0: go on trying in the background
};

// Does not wait. Throws SystemError: EPIPE and ECONNRESET when nobody reads there any more, EAGAIN when
// nobody has read for long.
void send_request(const base::FileDescriptor& to_pumps, const PumpRequest& request,
                  const base::FileDescriptor& answer);

struct ReceivedRequest {
  PumpRequest request;
  base::FileDescriptor answer;
};
// Waits for the next. Nothing: the driver has gone. Throws SystemError, std::runtime_error for what is no
// request.
std::optional<ReceivedRequest> receive_request(const base::FileDescriptor& from_driver);

struct PumpAnswer {
  base::FileDescriptor process;  // pidfd
  std::string failure;           // a sentence, of a process that is about to end; empty: it is a pump
};
// Of this process; a driver that has gone is no error. Throws SystemError.
void send_answer(const base::FileDescriptor& answer, const std::string& failure = {});
// Waits for it. Throws std::runtime_error when the process has ended without one.
PumpAnswer receive_answer(const base::FileDescriptor& answer);

}  // namespace banco::vde_docker
