#include "harness/report/text.hh"

#include <gtest/gtest.h>

namespace banco::report {
namespace {

TEST(PlainText, DropsTerminalSequencesAndCarriageReturns) {
  EXPECT_EQ(plain_text("a\x1b[1;31mred\x1b[0m\r\nb\x1b"
                       "cx"),
            "ared\nbx");
  EXPECT_EQ(plain_text("cut \x1b["), "cut ");
  EXPECT_EQ(plain_text("\x1b"), "");
}

TEST(PlainText, ReplacesControlCharactersAndTurnedDirections) {
  EXPECT_EQ(plain_text(std::string_view("a\0b\x07", 4)), "a\uFFFDb\uFFFD");
  EXPECT_EQ(plain_text("a\u202Eb\u2066c"), "a\uFFFDb\uFFFDc");
}

TEST(PlainText, ReplacesWhatIsNotUtf8AndKeepsWhatIs) {
  EXPECT_EQ(plain_text("µ→😀"), "µ→😀");
  EXPECT_EQ(plain_text("\xff\xc3"), "\uFFFD\uFFFD");
  EXPECT_EQ(plain_text("\xc0\xaf"), "\uFFFD\uFFFD");                 // overlong
  EXPECT_EQ(plain_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");       // surrogate
  EXPECT_EQ(plain_text("\xf4\x90\x80\x80").substr(0, 3), "\uFFFD");  // beyond U+10FFFF
}

TEST(EscapeHtml, LeavesNoCharacterThatOpensAnything) {
  EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
}

TEST(LastLines, KeepsTheEndAndCutsLongLines) {
  EXPECT_EQ(last_lines("1\n2\n3\n\n\n", 2), "2\n3");
  EXPECT_EQ(last_lines("", 5), "");
  EXPECT_EQ(last_lines("µµµµ\nab", 2, 3), "µµµ…\nab");
  EXPECT_EQ(last_lines(std::string(1'000'000, 'x'), 20).size(), 300 + std::string("…").size());
}

TEST(WidthOf, CountsCharacters) {
  EXPECT_EQ(width_of("aµ→"), 3u);
}

}  // namespace
}  // namespace banco::report
