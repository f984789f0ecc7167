#include "impl/shm_switch/doorbell.hh"

#include <fmt/format.h>

namespace banco::shm_switch {

DoorbellSides make_doorbell() {
  const base::Pipe pipe = base::make_pipe();
  const std::string path = fmt::format("/proc/self/fd/{}", pipe.read_end.number());
  return {base::open_file(path, O_RDWR | O_NONBLOCK), base::open_file(path, O_RDWR | O_NONBLOCK)};
}

}  // namespace banco::shm_switch
