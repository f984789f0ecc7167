// The rows of the ledger as `banco reproduce --list` prints them.
#include <fmt/format.h>

#include <algorithm>

#include "harness/ledger/ledger.hh"
#include "harness/ledger/words.hh"

namespace banco::ledger {
namespace {

// "5 of 9 claims hold, 1 does not; 3 lack evidence", or why there is nothing to say.
std::string state_text(const Row& row, const std::vector<ClaimVerdict>* verdicts) {
  if (row.obstacle) return "cannot be tried here: " + *row.obstacle;
  if (row.scenario.empty()) return "not built yet";
  if (verdicts == nullptr || verdicts->empty()) return "not run yet";
  const auto count_of = [&](Verdict verdict) {
    return static_cast<long>(std::ranges::count(*verdicts, verdict, &ClaimVerdict::verdict));
  };
  const long total_count = static_cast<long>(verdicts->size());
  const long holding_count = count_of(Verdict::kHolds);
  const long contradicted_count = count_of(Verdict::kDoesNotHold);
  const long open_count = total_count - holding_count - contradicted_count;
  auto text = fmt::format("{} of {} hold{}", holding_count, count_text(total_count, "claim"),
                          holding_count == 1 ? "s" : "");
  if (contradicted_count > 0)
    text += fmt::format(", {} {} not", contradicted_count, contradicted_count == 1 ? "does" : "do");
  if (open_count > 0) text += fmt::format("; {} {} evidence", open_count, open_count == 1 ? "lacks" : "lack");
  return text;
}

}  // namespace

std::string list_text(std::span<const Row> rows,
                      const std::map<std::string, std::vector<ClaimVerdict>>& last) {
  std::size_t id_length = 0;
  std::size_t place_length = 0;
  const auto place = [](const Row& row) { return row.seed + ", " + row.section; };
  for (const auto& row : rows) {
    id_length = std::max(id_length, row.id.size());
    place_length = std::max(place_length, place(row).size());
  }
  std::string text;
  for (const auto& row : rows) {
    const auto found = last.find(row.id);
    text += fmt::format("{:<{}}  {:<{}}  {}\n{:<{}}  {}\n", row.id, id_length, place(row), place_length,
                        row.title, "", id_length,
                        state_text(row, found == last.end() ? nullptr : &found->second));
  }
  return text;
}

}  // namespace banco::ledger
