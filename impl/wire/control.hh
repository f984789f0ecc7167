// Control: a socket where a wire that runs is changed and shown.
//
// Shape   one line each way, a JSON object:
//           {"command":"show"}                      {"ok":true,"settings":["delay=20ms",…],"seed":…}
//           {"command":"state"} {"ok":true,"state":"only","lr":{"frames_in":…,…},"rl":{…}}
//           {"command":"set","settings":["…",…]}    {"ok":true}, all of them or none
//           {"command":"capture"}                   {"ok":true}, and then the stream of capture.hh
//         what cannot be done: {"ok":false,"error":"a sentence"}
// Trust   who may connect is said by the mode of the socket (0600). Lines are at most 64 KiB, connections 16;
//         one that does not take its answer is closed.
#pragma once

#include <list>
#include <string>

#include "impl/base/event_loop.hh"
#include "impl/base/listening_socket.hh"
#include "impl/wire/capture.hh"
#include "impl/wire/wire.hh"

namespace banco::wire {

// The answer to one line. Never throws for what the line says.
std::string answer(const std::string& line, Wire& wire, Time now);

class Control {
 public:
  // Listens at `path` as long as it lives; the others must outlive it. Throws std::runtime_error with
  // a sentence, SystemError.
  Control(base::EventLoop& loop, const std::string& path, Wire& wire, Captures& captures);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  struct Connection {
    base::FileDescriptor socket;
    std::string received;
  };
  using Place = std::list<Connection>::iterator;

  void accept();
  void read(Place place);
  bool send(Place place, const std::string& reply);
  void capture(Place place);
  void close(Place place);

  base::EventLoop& loop_;
  Wire& wire_;
  Captures& captures_;
  base::ListeningSocket listening_;
  std::list<Connection> connections_;
};

}  // namespace banco::wire
