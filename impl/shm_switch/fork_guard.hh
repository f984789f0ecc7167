// ForkGuard: which of the processes that came from one open() may use the port. One load and one comparison a
// call.
#pragma once

#include <cstdint>

#include "impl/base/memory_mapping.hh"
#include "impl/shm_switch/atomics.hh"

namespace banco::shm_switch {

class ForkGuard {
 public:
  // `owner` lies in memory that forks share; this process becomes the owner. Throws SystemError.
  explicit ForkGuard(std::uint64_t& owner);
  ForkGuard(const ForkGuard&) = delete;
  ForkGuard& operator=(const ForkGuard&) = delete;
  ~ForkGuard();

  bool is_owner() const noexcept { return load_relaxed(*mine_) == load_relaxed(*owner_); }
  // In a child that has not used the port yet: takes it from the parent, once. False when somebody else has
  // it.
  bool take_over() noexcept;

 private:
  std::uint64_t* owner_;
  std::uint64_t* mine_;      // in a page that is zero again in a child (MADV_WIPEONFORK)
  std::uint64_t inherited_;  // what *mine_ was before a fork
};

}  // namespace banco::shm_switch
