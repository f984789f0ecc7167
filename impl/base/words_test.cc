// Quotes fit for a message, and suggestions that are likely.
#include "impl/base/words.hh"

#include <gmock/gmock.h>

namespace banco::base {
namespace {

TEST(Words, QuotesControlCharactersByNumber) {
  EXPECT_EQ(in_quotes("a\nb\x7f"), "\"a\\x0ab\\x7f\"");
}

TEST(Words, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(in_quotes(std::string(60, 'x')), '"' + std::string(60, 'x') + '"');
  EXPECT_EQ(in_quotes(std::string(61, 'x')), '"' + std::string(60, 'x') + "…\"");
  EXPECT_EQ(in_quotes(std::string(59, 'x') + "éé"), '"' + std::string(59, 'x') + "…\"");
}

TEST(Words, ListsAlternatives) {
  EXPECT_EQ(listed({"a"}), "\"a\"");
  EXPECT_EQ(listed({"a", "b", "c"}), "\"a\", \"b\" or \"c\"");
  EXPECT_THAT(listed(std::vector<std::string>(20, "a")), testing::EndsWith("\"a\" …"));
}

TEST(Words, FindsTheNearestWord) {
  const std::vector<std::string> keys{"kind", "image", "cpus", "memory"};
  EXPECT_EQ(nearest("cpu", keys), "cpus");
  EXPECT_EQ(nearest("memroy", keys), "memory");
  EXPECT_EQ(nearest("tpc", {"tcp"}), "tcp");
  EXPECT_EQ(nearest("disk", keys), std::nullopt);
  EXPECT_EQ(nearest("a", {"b"}), std::nullopt);
  EXPECT_EQ(nearest("", {"b"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'a'), keys), std::nullopt);
}

TEST(Words, ListsWhatIsKnownWhenNothingIsNear) {
  EXPECT_EQ(suggestion("cpu", {"cpus"}), "; did you mean \"cpus\"?");
  EXPECT_EQ(suggestion("disk", {"cpus", "image"}), "; known: \"cpus\" or \"image\"");
  EXPECT_EQ(suggestion("disk", {}), "");
}

}  // namespace
}  // namespace banco::base
