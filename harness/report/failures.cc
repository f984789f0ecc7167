// Groups outcomes of cells.
#include "harness/report/failures.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace banco::report {

std::vector<Failure> list_failures(const measure::Run& run) {
  std::vector<Failure> failures;
  std::map<std::tuple<measure::Cell, measure::Outcome, std::string>, std::size_t> places;
  for (const auto& result : run.cells) {
    if (result.outcome == measure::Outcome::kOk) continue;
    const auto [place, is_new] =
        places.emplace(std::tuple(result.cell, result.outcome, result.reason), failures.size());
    if (is_new) failures.emplace_back();
    failures[place->second].last = &result;
    failures[place->second].blocks.push_back(result.block);
  }
  std::ranges::stable_sort(failures, {}, [](const auto& failure) { return failure.last->outcome; });
  return failures;
}

std::string block_words(const std::vector<int>& blocks) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < blocks.size();) {
    auto last = i;
    while (last + 1 < blocks.size() && blocks[last + 1] == blocks[last] + 1) ++last;
    words.push_back(last == i ? fmt::format("{}", blocks[i]) : fmt::format("{}–{}", blocks[i], blocks[last]));
    i = last + 1;
  }
  return fmt::format("{} {}", blocks.size() == 1 ? "block" : "blocks", fmt::join(words, ", "));
}

}  // namespace banco::report
