#include "impl/wire/frame.hh"

#include <cstring>

#include "impl/vde/ethernet.hh"

namespace banco::wire {
namespace {

constexpr std::size_t kSmallBytes = 2048;
static_assert(kSmallBytes < vde::kMaxFrameBytes);

}  // namespace

void Frame::Recycle::operator()(std::byte* storage) const noexcept {
  FramePool::Storage owner(storage);
  auto& free = large ? pool->large_ : pool->small_;
  try {
    free.push_back(std::move(owner));
  } catch (const std::bad_alloc&) {
    // It goes back to the system instead.
  }
}

Frame FramePool::copy(std::span<const std::byte> bytes) {
  const bool large = bytes.size() > kSmallBytes;
  auto& free = large ? large_ : small_;
  std::unique_ptr<std::byte[], Frame::Recycle> storage(nullptr, {this, large});
  if (free.empty()) {
    storage.reset(new std::byte[large ? vde::kMaxFrameBytes : kSmallBytes]);
  } else {
    storage.reset(free.back().release());
    free.pop_back();
  }
  std::memcpy(storage.get(), bytes.data(), bytes.size());
  return {std::move(storage), bytes.size()};
}

}  // namespace banco::wire
