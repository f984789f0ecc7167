// The body of wire_fuzz.cc on random scripts.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "impl/wire/random.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace banco::wire {
namespace {

constexpr std::array kWords{"delay=5ms",
                            "jitter=20ms,pareto",
                            "jitter=1ms,normal",
                            "fifo=off",
                            "loss=20%",
                            "loss=30%,burst=4",
                            "duplicate=50%",
                            "ber=1e-3",
                            "reorder=30%,gap=3",
                            "rate=1Mbit",
                            "lr.rate=1Mbit,burst=2K",
                            "queue=3p",
                            "queue=5000B,codel,target=1ms",
                            "queue=20p,fq-codel,ecn",
                            "mtu=100",
                            "states=a,b",
                            "a:loss=50%",
                            "a>b=50%",
                            "b>a=50%",
                            "step=1ms",
                            "at=1ms:rate=2Mbit",
                            "at=5ms:loss=0%",
                            "line=64K",
                            "[delay='1ms']{x}",
                            "{\"command\":\"state\"}",
                            "x=y",
                            "loss=",
                            "=",
                            "at=",
                            "lr."};

TEST(HostileInput, IsCountedAndBreaksNothing) {
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string script;
    for (std::uint64_t count = random.below(6); count > 0; --count)
      script += std::string(kWords[random.below(kWords.size())]) + " ";
    if (random.below(4) == 0 && !script.empty())
      script[random.below(script.size())] = static_cast<char>(random.next());
    script += '\n';
    for (std::uint64_t count = random.below(60); count > 0; --count) {
      script += static_cast<char>(random.next());
      const auto much = static_cast<unsigned char>(random.next());
      script += static_cast<char>(much);
      // A frame that looks like IP now and then.
      std::string frame(14u + much, '\0');
      for (char& byte : frame)
        if (random.below(3) == 0) byte = static_cast<char>(random.next());
      if (random.below(2) == 0) frame.replace(12, 2, random.below(2) == 0 ? "\x08\x45" : "\x81\x00", 2);
      script += frame;
    }
    ASSERT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(script.data()), script.size()), 0);
  }
}

}  // namespace
}  // namespace banco::wire
