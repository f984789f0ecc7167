// Nodes with their places, and the limits that hold while a file is read.
#include "harness/scenario/document.hh"

#include <gmock/gmock.h>

#include "harness/scenario/error.hh"

namespace banco::scenario {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::shared_ptr<const Node> read(const std::string& text) {
  return read_document(text, "f.yaml");
}

// That `text` is refused with a sentence that holds `sentence`.
void expect_refused(const std::string& text, const std::string& sentence) {
  EXPECT_THAT([&] { read(text); }, ThrowsMessage<ScenarioError>(HasSubstr(sentence))) << text.substr(0, 200);
}

TEST(Document, KnowsThePlaceOfEveryNode) {
  const auto root = read("a: 1\nbb:\n  - x\n  - {c: \"y\"}\n");
  EXPECT_EQ(root->find("a")->text, "1");
  const Node& list = *root->find("bb");
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0]->where.line, 3);
  EXPECT_EQ(list.items[0]->where.column, 5);
  const Node* quoted = list.items[1]->find("c");
  EXPECT_EQ(quoted->where.line, 4);
  EXPECT_EQ(quoted->where.column, 9);
  EXPECT_EQ(quoted->text, "y");
  EXPECT_EQ(root->find("none"), nullptr);
}

TEST(Document, PlacesAMissingValueAtItsKey) {
  const auto document = read("a:\n\n\nb: 1\n");
  const Node* nothing = document->find("a");
  EXPECT_EQ(nothing->kind, NodeKind::kNothing);
  EXPECT_EQ(nothing->where.line, 1);
}

TEST(Document, TakesWindowsLineEndingsAndAByteOrderMark) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a: 1\r\nb: 2\r\n")
                ->find("b")
                ->text,
            "2");
}

TEST(Document, SharesWhatAnAliasRefersTo) {
  const auto root = read("a: &x {k: v}\nb: *x\n");
  EXPECT_EQ(root->find("a"), root->find("b"));
}

TEST(Document, CountsAliasesAsOftenAsTheyAreUsed) {
  std::string bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  expect_refused(bomb, "more than 100000 values, aliases counted as often as they are used");
}

TEST(Document, RefusesAnAliasInsideOfItself) {
  expect_refused("a: &x [1, *x]\n", "f.yaml:1:11: this alias stands inside of what it refers to");
  expect_refused("a: *x\n", "f.yaml:1:4: this is not YAML: the referenced anchor is not defined");
}

TEST(Document, RefusesDeepNesting) {
  EXPECT_NO_THROW(read("a: " + std::string(31, '[') + std::string(31, ']')));
  expect_refused("a: " + std::string(32, '[') + std::string(32, ']'), "nested deeper than 32 levels");
  expect_refused("a: " + std::string(100'000, '['), "nested deeper than 32 levels");
  expect_refused("a: " + std::string(100'000, '{'), "nested deeper than 32 levels");
  std::string block;
  for (int i = 0; i < 600; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  expect_refused(block, "nested deeper than 32 levels");
}

TEST(Document, RefusesLargeFiles) {
  expect_refused("a: 1\n" + std::string(kFileLimitBytes, '#'),
                 "f.yaml: the file is larger than 1048576 bytes");
  std::string many = "a:\n";
  for (std::size_t i = 0; i <= kValueLimit; ++i) many += "- 1\n";
  expect_refused(many, "more than 100000 values");
}

TEST(Document, RefusesWhatIsNoMap) {
  for (const char* text : {"", "\n\n", "# nothing\n", "---\n", "---\n...\n", "~"}) {
    expect_refused(text, "f.yaml:1:1: the file is empty");
  }
  expect_refused("- a\n", "f.yaml:1:1: a scenario is a map of keys");
  expect_refused("word", "f.yaml:1:1: a scenario is a map of keys");
}

TEST(Document, RefusesASecondDocument) {
  expect_refused("a: 1\n---\nb: 2\n", "a second YAML document starts here");
}

TEST(Document, RefusesTheSameKeyTwice) {
  expect_refused("a: 1\nb: 2\na: 3\n",
                 "f.yaml:3:1: the key \"a\" stands here for the second time; the first is in line 1");
  expect_refused("x: {a: 1, 'a': 2}\n", "f.yaml:1:11: the key \"a\"");
}

TEST(Document, RefusesKeysThatAreNoWords) {
  expect_refused("? [a]\n: b\n", "a key must be a word");
  expect_refused("[a, b]: c\n", "a key must be a word");
  expect_refused(": c\n", "a key must be a word");
}

TEST(Document, RefusesTags) {
  expect_refused("a: !!int 1\n", "has no meaning here");
  expect_refused("a: !mine {}\n", "has no meaning here");
}

TEST(Document, RefusesTabsAsIndentation) {
  expect_refused("a:\n\tb: 1\n", "f.yaml:2:1: a tab indents this line; use spaces");
  expect_refused("a:\n  \tb: 1\n", "f.yaml:2:3: a tab indents this line; use spaces");
  EXPECT_EQ(read("a:\t1\t# tabs between words are fine\n")->find("a")->text, "1");
}

TEST(Document, RefusesBytesThatAreNoText) {
  expect_refused("a: \xFF\n", "f.yaml:1:4: this is not UTF-8 text");
  expect_refused("é: caf\xC3\n", "f.yaml:1:7: this is not UTF-8 text");
  expect_refused("a: \xC0\x80\n", "not UTF-8");          // overlong
  expect_refused("a: \xED\xA0\x80\n", "not UTF-8");      // surrogate
  expect_refused("a: \xF4\x90\x80\x80\n", "not UTF-8");  // beyond U+10FFFF
  expect_refused(std::string("a: \0\n", 5), "control character 0x00");
  expect_refused("a: 1\n\x04", "f.yaml:2:1: the control character 0x04");
  EXPECT_EQ(read("a: 😀\n")->find("a")->text, "😀");
}

TEST(Document, SaysThatAVariableNeedsQuotesInsideBraces) {
  const std::string sentence = "inside { } and [ ] a variable needs quotes: \"${name}\"";
  expect_refused("sw: {kind: switch, type: ${switch}}\n", "f.yaml:1:26: " + sentence);
  expect_refused("sw: [a, ${switch}]\nb: 1\n", "f.yaml:1:9: " + sentence);
  expect_refused("sw: {${switch}: 1}\n", sentence);
  EXPECT_EQ(read("sw: ${switch}\n")->find("sw")->text, "${switch}");
}

TEST(Document, SaysWhereYamlIsBroken) {
  expect_refused("a: [1, 2\nb: 3\n", "this is not YAML");
  expect_refused("title: a: b\n",
                 "f.yaml:1:9: this is not YAML: illegal map value; are lines indented alike");
  expect_refused("a: {b: 1", "this is not YAML");
}

}  // namespace
}  // namespace banco::scenario
