#include "impl/shm_switch/fork_guard.hh"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

constexpr std::size_t kPageBytes = 4096;

// Unlike any other process's: pids are not used twice among the relatives that could meet here.
std::uint64_t identity_of_this_process() {
  return static_cast<std::uint64_t>(::getpid()) << 32 | 1;
}

}  // namespace

ForkGuard::ForkGuard(std::uint64_t& owner) : owner_(&owner), inherited_(identity_of_this_process()) {
  void* const page = ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw base::SystemError(errno, "mmap");
  mine_ = static_cast<std::uint64_t*>(page);
  if (::madvise(page, kPageBytes, MADV_WIPEONFORK) < 0) {
    const int error_number = errno;
    ::munmap(page, kPageBytes);
    throw base::SystemError(error_number, "madvise MADV_WIPEONFORK");
  }
  *mine_ = inherited_;
  store_relaxed(*owner_, inherited_);
}

ForkGuard::~ForkGuard() {
  ::munmap(mine_, kPageBytes);
}

bool ForkGuard::take_over() noexcept {
  if (*mine_ != 0) return false;
  std::uint64_t expected = inherited_;
  const std::uint64_t identity = identity_of_this_process();
  if (!__atomic_compare_exchange_n(owner_, &expected, identity, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    return false;
  *mine_ = identity;
  inherited_ = identity;
  return true;
}

}  // namespace banco::shm_switch
