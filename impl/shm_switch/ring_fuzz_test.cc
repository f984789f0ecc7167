// The body of ring_fuzz.cc on random scripts.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace banco::shm_switch {
namespace {

// A word that is a header of a record that may be, now and then.
void append_word(std::vector<std::uint8_t>& script, std::mt19937& random) {
  const std::uint64_t length = random() % 3 == 0 ? random() : random() % 70000;
  const std::uint64_t word = length % (std::uint64_t{1} << 32) | std::uint64_t{random() % 5} << 32;
  for (int shift = 0; shift < 64; shift += 8) script.push_back(static_cast<std::uint8_t>(word >> shift));
}

TEST(HostileRing, GivesOutNothingButItsOwn) {
  std::mt19937 random(2018);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint8_t> script;
    for (int i = 0; i < 40; ++i) {
      const auto operation = static_cast<std::uint8_t>(random());
      script.push_back(operation);
      if ((operation & 7) == 4) {
        for (int byte = 0; byte < 4; ++byte) script.push_back(static_cast<std::uint8_t>(random()));
        append_word(script, random);
      } else if ((operation & 7) < 4 || (operation & 7) == 6) {
        const int bytes = (operation & 7) < 2 ? 8 : 4;
        for (int byte = 0; byte < bytes; ++byte)
          script.push_back(byte < 3 || random() % 4 == 0 ? static_cast<std::uint8_t>(random())
                                                         : std::uint8_t{0});
      }
    }
    ASSERT_EQ(LLVMFuzzerTestOneInput(script.data(), script.size()), 0);
  }
}

}  // namespace
}  // namespace banco::shm_switch
