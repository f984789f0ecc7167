#include "harness/stats/mann_whitney.hh"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "harness/stats/checks.hh"
#include "harness/stats/distributions.hh"

namespace banco::stats {
namespace {

// The values of both arms in ascending order, with ranks from 1 on. Those that are equal share the mean of
// their ranks; twice that is whole.
struct Ranking {
  std::vector<std::size_t> doubled_ranks;
  std::vector<std::size_t> tie_sizes;   // of each group of equal values
  std::size_t doubled_subject_sum = 0;  // of the doubled ranks of `subject`
};

Ranking rank(std::span<const double> subject, std::span<const double> versus) {
  require_finite(subject, "a Mann-Whitney test");
  require_finite(versus, "a Mann-Whitney test");
  struct Entry {
    double value;
    bool of_subject;
  };
  std::vector<Entry> entries;
  for (const double value : subject) entries.push_back({value, true});
  for (const double value : versus) entries.push_back({value, false});
  std::ranges::sort(entries, {}, &Entry::value);
  Ranking ranking;
  for (auto first = entries.begin(); first != entries.end();) {
    const auto last =
        std::find_if(first, entries.end(), [&](const Entry& entry) { return entry.value != first->value; });
    const auto before = static_cast<std::size_t>(first - entries.begin());
    const auto size = static_cast<std::size_t>(last - first);
    const auto doubled_rank = 2 * before + size + 1;
    ranking.tie_sizes.push_back(size);
    ranking.doubled_ranks.insert(ranking.doubled_ranks.end(), size, doubled_rank);
    ranking.doubled_subject_sum +=
        doubled_rank * static_cast<std::size_t>(
                           std::count_if(first, last, [](const Entry& entry) { return entry.of_subject; }));
    first = last;
  }
  return ranking;
}

// Counts the choices of `chosen_count` ranks by their sum.
double exact_p_value(const Ranking& ranking, std::size_t chosen_count) {
  const auto greatest =
      std::accumulate(ranking.doubled_ranks.begin(), ranking.doubled_ranks.end(), std::size_t{0});
  // ways[k][sum]: how many choices of k of the ranks so far have that sum; exact in a double up to 2^53, and
  // 10^-15 beyond.
  std::vector<std::vector<double>> ways(chosen_count + 1, std::vector<double>(greatest + 1, 0.0));
  ways[0][0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranking.doubled_ranks) {
    reached += rank;
    for (std::size_t k = chosen_count; k > 0; --k)
      for (std::size_t sum = reached; sum >= rank; --sum) ways[k][sum] += ways[k - 1][sum - rank];
  }
  const std::size_t middle = chosen_count * (ranking.doubled_ranks.size() + 1);
  const auto distance = [&](std::size_t sum) { return sum > middle ? sum - middle : middle - sum; };
  double all = 0;
  double extreme = 0;
  for (std::size_t sum = 0; sum <= greatest; ++sum) {
    all += ways[chosen_count][sum];
    if (distance(sum) >= distance(ranking.doubled_subject_sum)) extreme += ways[chosen_count][sum];
  }
  return extreme / all;
}

double u_of(const Ranking& ranking, double count) {
  return static_cast<double>(ranking.doubled_subject_sum) / 2 - count * (count + 1) / 2;
}

double normal_p_value(const Ranking& ranking, double subject_count, double versus_count) {
  const double count = subject_count + versus_count;
  double tied = 0;
  for (const std::size_t size : ranking.tie_sizes)
    tied += std::pow(static_cast<double>(size), 3) - static_cast<double>(size);
  const double pairs = subject_count * versus_count;
  const double variance = pairs / 12 * (count + 1 - tied / (count * (count - 1)));
  const double distance = std::abs(u_of(ranking, subject_count) - pairs / 2) - 0.5;
  if (distance <= 0 || variance <= 0) return 1;
  return 2 * normal_probability(-distance / std::sqrt(variance));
}

}  // namespace

double mann_whitney_u(std::span<const double> subject, std::span<const double> versus) {
  return u_of(rank(subject, versus), static_cast<double>(subject.size()));
}

double mann_whitney_p_value(std::span<const double> subject, std::span<const double> versus) {
  const Ranking ranking = rank(subject, versus);
  if (ranking.doubled_ranks.size() <= kExactMannWhitneyCount) return exact_p_value(ranking, subject.size());
  return normal_p_value(ranking, static_cast<double>(subject.size()), static_cast<double>(versus.size()));
}

}  // namespace banco::stats
