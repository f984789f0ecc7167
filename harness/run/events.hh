// Events: changes of links at their time, on a thread of its own, as long as this object lives.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::run {

class Events {
 public:
  // Time begins now. `events` in the order of time; must outlive this object.
  explicit Events(const std::vector<scenario::Event>& events);
  // No more of them.
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // No more of them. Throws network::NetworkError when one of those whose time has come could not be done.
  void end();

 private:
  void run(const std::stop_token& stop);

  const std::vector<scenario::Event>& events_;
  std::string failure_;
  std::jthread thread_;
};

}  // namespace banco::run
