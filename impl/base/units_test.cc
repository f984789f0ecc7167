// Quantities: what is read, what is refused, and that what is written reads as the same value.
#include "impl/base/units.hh"

#include <gmock/gmock.h>

#include <regex>
#include <stdexcept>

namespace banco::base {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ns;
using testing::HasSubstr;
using testing::ThrowsMessage;

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

TEST(Units, ReadsTimes) {
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("200ms"), 200ms);
  EXPECT_EQ(parse_duration("5us"), 5us);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0.001us"), 1ns);
  EXPECT_EQ(parse_duration("999999999.999s"), 999999999999ms);
}

TEST(Units, CountsBytesInPowersOfTwo) {
  EXPECT_EQ(parse_bytes("1400B"), 1400U);
  EXPECT_EQ(parse_bytes("512M"), 512U << 20);
  EXPECT_EQ(parse_bytes("1.5K"), 1536U);
  EXPECT_EQ(parse_bytes("2G"), std::uint64_t{2} << 30);
}

TEST(Units, CountsRatesInPowersOfTen) {
  EXPECT_DOUBLE_EQ(parse_bit_rate("500Mbit"), 5e8);
  EXPECT_DOUBLE_EQ(parse_bit_rate("1.5Gbit"), 1.5e9);
  EXPECT_DOUBLE_EQ(parse_bit_rate("100kbit"), 1e5);
  EXPECT_DOUBLE_EQ(parse_bit_rate("9bit"), 9);
}

TEST(Units, ReadsPercentagesAsRatios) {
  EXPECT_DOUBLE_EQ(parse_percent("50%"), 0.5);
  EXPECT_DOUBLE_EQ(parse_percent("0.1%"), 0.001);
}

TEST(Units, SaysThatTheUnitIsMissing) {
  EXPECT_THAT(
      [] { parse_duration("10"); },
      ThrowsMessage<std::invalid_argument>("\"10\" is not a time: it has no unit; write 10s, 200ms or 5us"));
  EXPECT_THAT([] { parse_bytes("512"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no unit; write 512M, 2G or 1400B")));
  EXPECT_THAT([] { parse_bit_rate("1.5"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no unit; write 500Mbit")));
  EXPECT_THAT([] { parse_percent("50"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no unit; write 50%")));
}

TEST(Units, RefusesWhatIsNoQuantity) {
  for (const char* text : {"", "s", "-1s", "+1s", "1 s", "1e3s", ".5s", "5.s", "0x1s", "1S", "1sec", "1ss",
                           "1M", "1234567890s", "1.1234s", "NaNs", "infs", "1\n"}) {
    EXPECT_THROW(parse_duration(text), std::invalid_argument) << text;
    EXPECT_FALSE(matches(text, duration_pattern())) << text;
  }
  for (const char* text : {"1", "1m", "1MB", "1KiB", "1Mi", "-1M", "1b"}) {
    EXPECT_THROW(parse_bytes(text), std::invalid_argument) << text;
    EXPECT_FALSE(matches(text, bytes_pattern())) << text;
  }
  for (const char* text : {"1", "1Mbps", "1M", "1mbit", "1Kbit", "1 Mbit"}) {
    EXPECT_THROW(parse_bit_rate(text), std::invalid_argument) << text;
    EXPECT_FALSE(matches(text, bit_rate_pattern())) << text;
  }
  EXPECT_THROW(parse_bytes("0.3B"), std::invalid_argument);
}

TEST(Units, WritesTheLargestUnitThatDivides) {
  EXPECT_EQ(duration_text(10s), "10s");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(0s), "0s");
  EXPECT_EQ(bytes_text(std::uint64_t{512} << 20), "512M");
  EXPECT_EQ(bytes_text(1400), "1400B");
  EXPECT_EQ(bit_rate_text(5e8), "500Mbit");
  EXPECT_EQ(bit_rate_text(1.5e9), "1.5Gbit");
  EXPECT_EQ(bit_rate_text(1), "1bit");
  EXPECT_EQ(percent_text(0.5), "50%");
}

TEST(Units, ReadsBackWhatItWrote) {
  for (const char* text :
       {"1Gbit", "1.234Gbit", "999999999.999Gbit", "0.001bit", "333.333kbit", "123456789.012Mbit"}) {
    const double rate_bps = parse_bit_rate(text);
    EXPECT_DOUBLE_EQ(parse_bit_rate(bit_rate_text(rate_bps)), rate_bps) << text;
    EXPECT_TRUE(matches(bit_rate_text(rate_bps), bit_rate_pattern())) << text;
  }
  for (const char* text : {"0.1%", "33.333%", "100%", "7.007%"}) {
    EXPECT_EQ(percent_text(parse_percent(text)), text);
  }
  for (const char* text : {"1s", "1ms", "17us", "90000ms"}) {
    EXPECT_EQ(parse_duration(duration_text(parse_duration(text))), parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace banco::base
