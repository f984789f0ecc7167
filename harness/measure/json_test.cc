#include "harness/measure/json.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace banco::measure {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ParseJson, RefusesNestingAsDeepAsTheTextIsLong) {
  EXPECT_THAT([] { parse_json(std::string(8 << 20, '[')); },
              ThrowsMessage<JsonError>(HasSubstr("nested deeper than 32")));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THROW(parse_json(objects), JsonError);
}

TEST(ParseJson, RefusesMoreValuesThanItsLimit) {
  std::string list = "[0";
  for (std::size_t i = 0; i < kJsonValueLimit; ++i) list += ",0";
  EXPECT_THAT([&] { parse_json(list + "]"); },
              ThrowsMessage<JsonError>(HasSubstr("more than 1000000 values")));
}

TEST(ParseJson, RefusesNumbersThatAreNone) {
  for (const char* text : {"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "01", "+1", "0x10", "1."})
    EXPECT_THROW(parse_json(text), JsonError) << text;
}

TEST(ParseJson, RefusesBytesThatAreNotUtf8) {
  EXPECT_THROW(parse_json("\"\xff\""), JsonError);
}

TEST(ParseJson, ErrorsStayShortWhateverTheTextHolds) {
  try {
    parse_json("\"" + std::string(1 << 20, 'x'));
    FAIL() << "read an unterminated text";
  } catch (const JsonError& error) {
    EXPECT_LT(std::string(error.what()).size(), 100U);
  }
}

TEST(JsonMember, ErrorsNameTheMember) {
  const auto object = parse_json(R"({"text":"a","whole":3,"fraction":3.5,"map":{"a":1},"list":[1]})");
  EXPECT_THAT([&] { json_text(object, "whole"); }, ThrowsMessage<JsonError>("\"whole\" must be a text"));
  EXPECT_THAT([&] { json_number(object, "text"); }, ThrowsMessage<JsonError>("\"text\" must be a number"));
  EXPECT_THAT([&] { json_number(object, "none"); }, ThrowsMessage<JsonError>("\"none\" is missing"));
  EXPECT_THAT([&] { json_text_map(object, "map"); },
              ThrowsMessage<JsonError>("\"map\" must map names to texts"));
  EXPECT_THAT([&] { json_text_map_list(object, "list"); },
              ThrowsMessage<JsonError>("\"list\" must map names to texts"));
  EXPECT_THAT([&] { json_text_map_list(object, "map"); }, ThrowsMessage<JsonError>("\"map\" must be a list"));
  EXPECT_THAT([] { json_text(parse_json("[1]"), "a"); },
              ThrowsMessage<JsonError>(HasSubstr("an object with")));
}

TEST(JsonInteger, RefusesFractionsSmallerOnesAndBeyond63Bits) {
  const auto object = parse_json(R"({"a":3,"b":3.0,"c":-1,"d":9223372036854775807,"e":9223372036854775808})");
  EXPECT_EQ(json_integer(object, "a", 1), 3);
  EXPECT_EQ(json_integer(object, "c", -1), -1);
  EXPECT_EQ(json_integer(object, "d", 0), 9223372036854775807);
  EXPECT_THROW(json_integer(object, "a", 4), JsonError);
  EXPECT_THROW(json_integer(object, "b", 1), JsonError);
  EXPECT_THROW(json_integer(object, "c", 0), JsonError);
  EXPECT_THROW(json_integer(object, "e", std::numeric_limits<std::int64_t>::min()), JsonError);
}

}  // namespace
}  // namespace banco::measure
