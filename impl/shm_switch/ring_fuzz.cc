// A libFuzzer target: a script of what a hostile neighbour writes into a pair, and of what the honest side
// does meanwhile with its two ends. Aborts when a ring gives out memory that is not its own, or does not come
// to an end. ring_fuzz_test.cc runs it on random scripts in every build, ci/fuzz for as long as one likes.
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

#include "impl/shm_switch/ring.hh"

namespace banco::shm_switch {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// The bytes of a script; zeros behind its end.
class Script {
 public:
  explicit Script(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool at_end() const { return bytes_.empty(); }
  template <typename Value>
  Value take() {
    Value value{};
    const std::size_t count = std::min(sizeof(value), bytes_.size());
    std::memcpy(&value, bytes_.data(), count);
    bytes_ = bytes_.subspan(count);
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

class Pair {
 public:
  // Memory of exactly its length, so that AddressSanitizer sees one byte too far.
  Pair() : page_(new shm_ring[2]()), data_(new std::byte[2 * std::size_t{SHM_RING_BYTES}]()) {}

  void run(Script script) {
    while (!script.at_end()) {
      const auto operation = script.take<std::uint8_t>();
      shm_ring& ring = page_[operation >> 7];
      std::byte* const data = &data_[(operation >> 7) * std::size_t{SHM_RING_BYTES}];
      switch (operation & 7) {
        case 0:
          ring.head = script.take<std::uint64_t>();
          break;
        case 1:
          ring.tail = script.take<std::uint64_t>();
          break;
        case 2:
          ring.head += script.take<std::int32_t>();
          break;
        case 3:
          ring.tail += script.take<std::int32_t>();
          break;
        case 4: {  // a header, mostly, where the receiver looks next or anywhere
          const auto where = script.take<std::uint32_t>();
          const auto value = script.take<std::uint64_t>();
          const std::size_t place = where % 2 != 0 ? ring.tail : where / 2;
          std::memcpy(data + place % SHM_RING_BYTES / 8 * 8, &value, sizeof(value));
          break;
        }
        case 5:
          take();
          break;
        case 6:
          put(script.take<std::uint32_t>() % (SHM_RECORD_BYTES_MAX + 1));
          break;
        case 7:
          if (operation % 3 == 0) sender_.resume();
          if (operation % 3 == 1) receiver_.resume();
          if (operation % 3 == 2) sender_.limit_window(kWindowLimitMin << (operation % 9));
          break;
      }
    }
  }

 private:
  void take() {
    Record record;
    std::uint64_t malformed = 0;
    if (!receiver_.front(record, malformed)) {
      require(malformed <= 1);
      return;
    }
    const std::byte* const begin = &data_[0];
    require(record.frame_bytes <= SHM_RECORD_BYTES_MAX);
    require(record.content >= begin + sizeof(shm_record) &&
            record.content + record.frame_bytes <= begin + SHM_RING_BYTES);
    std::uint64_t touched = 0;
    for (std::size_t i = 0; i < record.frame_bytes; ++i)
      touched += std::to_integer<unsigned>(record.content[i]);
    volatile std::uint64_t sink = touched;
    static_cast<void>(sink);
    receiver_.advance();
  }

  void put(std::size_t bytes) {
    std::byte* const place = sender_.reserve(bytes, SHM_RECORD_FRAME, budget_);
    if (place == nullptr) return;
    const std::byte* const begin = &data_[SHM_RING_BYTES];
    require(place >= begin + sizeof(shm_record) && place + bytes <= begin + SHM_RING_BYTES);
    std::memset(place, 0x5a, bytes);
    sender_.commit();
  }

  std::unique_ptr<shm_ring[]> page_;
  std::unique_ptr<std::byte[]> data_;
  WindowBudget budget_;
  RingReceiver receiver_{page_[0], &data_[0]};
  RingSender sender_{page_[1], &data_[SHM_RING_BYTES]};
};

}  // namespace
}  // namespace banco::shm_switch

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // 2 MiB of zeros for each input would be most of the work; what earlier scripts left is as good as any
  // rubbish.
  static banco::shm_switch::Pair pair;
  pair.run(banco::shm_switch::Script({data, size}));
  return 0;
}
