// Broken files: whatever bytes are changed, cut, doubled or swapped, a file is read or refused by
// ScenarioError. The mutations are the same in every run.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "harness/scenario/parse.hh"
#include "harness/scenario/testing.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::scenario {
namespace {

// Pieces that mean something to YAML or to a scenario.
const std::vector<std::string> kPieces{
    "[",  "]",   "{",   "}",     ":",       "- ",          "\n",   "\n  ", "&a ",  "*a",
    "\"", "'",   "#",   "${",    "${vms}",  "${x:-1}",     "!t ",  "? ",   "|",    ">",
    "%",  "---", "~",   "[1-9]", "[1-999]", "99999999999", "\t",   "\xFF", "\x04", "é",
    "*",  "vm",  "-sw", "0",     "s",       "<<",          "null", ", ",   ": ",   "\r"};

class Mutator {
 public:
  std::string mutate(std::string text) {
    for (std::size_t left = 1 + below(3); left > 0 && !text.empty(); --left) {
      const std::size_t at = below(text.size());
      switch (below(6)) {
        case 0:
          text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
          break;
        case 1:
          text.resize(at);
          break;
        case 2:
          text.insert(at, kPieces[below(kPieces.size())]);
          break;
        case 3:
          text.erase(at, 1 + below(8));
          break;
        case 4:
          text.insert(below(text.size()), text.substr(at, 1 + below(40)));
          break;
        default:
          text.replace(at, 1, kPieces[below(kPieces.size())]);
      }
    }
    return text;
  }

 private:
  // mt19937 is the same everywhere; the distributions of the library are not.
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::mt19937 random_{20140203};
};

TEST(BrokenFiles, AreReadOrRefused) {
  Mutator mutator;
  std::vector<std::string> texts;
  for (const auto& file : scenario_files()) texts.push_back(base::read_file(file));
  int read_count = 0;
  int refused_count = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) {
    const std::string text = mutator.mutate(texts[static_cast<std::size_t>(i) % texts.size()]);
    try {
      const Scenario scenario = parse_scenario(text, "broken.yaml");
      explain(scenario, {.quick = true});
      ++read_count;
    } catch (const ScenarioError& error) {
      ++refused_count;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      EXPECT_TRUE(std::string(error.what()).starts_with("broken.yaml:")) << error.what();
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << " from\n" << text;
    }
    if (std::chrono::steady_clock::now() - begin > std::chrono::seconds(10)) break;  // a slow sanitizer build
  }
  EXPECT_GT(read_count, 10);
  EXPECT_GT(refused_count, 100);
}

TEST(BrokenFiles, CutAnywhereAreReadOrRefused) {
  for (const auto& file : scenario_files()) {
    const std::string text = base::read_file(file);
    for (std::size_t size = 0; size < text.size(); size += 3) {
      try {
        parse_scenario(text.substr(0, size), "cut.yaml");
      } catch (const ScenarioError&) {
      }
    }
  }
}

}  // namespace
}  // namespace banco::scenario
