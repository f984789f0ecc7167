// How often the judge is wrong, and what it finds, tried on noise that was recorded: figures.md is what this
// prints.
//
//   judge_figures RESULTS.csv
//
// RESULTS.csv is the results.csv of a run whose axis `arm` has the values base and head, which do not differ
// (noise.yaml); every metric of every other cell is a series of pairs, one for each block. Theory: which of
// two equal arms is called head is arbitrary, so each trial draws whole blocks with replacement and swaps the
// arms of each by the toss of a coin. What is asked of the result stands in README.md; exit code 1 when it
// does not hold.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/stats/calibration.hh"
#include "harness/stats/change_points.hh"
#include "harness/stats/dip.hh"
#include "harness/stats/judge.hh"
#include "harness/stats/tukey_fences.hh"

namespace {

using namespace banco::stats;

constexpr int kTrialCount = 2'000;
constexpr std::size_t kBlockCounts[] = {10, 20};
constexpr double kPowerTolerance = 0.02;

struct Series {
  std::string name;
  Direction direction;
  std::vector<double> base;
  std::vector<double> head;

  std::vector<double> noise() const { return log_ratios(head, base); }
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

// Axis values before the metric: "vde rtt.idle.p50". Throws std::runtime_error when a block lacks an arm.
std::vector<Series> read_series(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line))
    throw std::runtime_error(path + " cannot be read: give the results.csv of a run");
  const auto columns = split(line);
  std::map<std::string, std::map<int, std::map<std::string, double>>> values;  // series → block → arm
  while (std::getline(file, line)) {
    const auto fields = split(line);
    std::map<std::string, std::string> row;
    std::string name;
    for (std::size_t i = 0; i < columns.size() && i < fields.size(); ++i) {
      row[columns[i]] = fields[i];
      if (i >= 2 && columns[i] != "arm" && !row.contains("value"))
        name += (name.empty() ? "" : " ") + fields[i];
      if (columns[i] == "metric") row["name"] = name;
    }
    values[row.at("name")][std::stoi(row.at("block"))][row.at("arm")] = std::stod(row.at("value"));
  }
  std::vector<Series> all;
  for (const auto& [name, blocks] : values) {
    Series series{
        name,
        name.find("throughput") != std::string::npos ? Direction::kHigherIsBetter : Direction::kLowerIsBetter,
        {},
        {}};
    for (const auto& [block, arms] : blocks) {
      if (!arms.contains("base") || !arms.contains("head"))
        throw std::runtime_error(
            fmt::format("{}: block {} of {} lacks base or head: give a whole run", path, block, name));
      series.base.push_back(arms.at("base"));
      series.head.push_back(arms.at("head"));
    }
    all.push_back(series);
  }
  return all;
}

// Blocks of an A/A that was never run: which of the recorded ones, and whether their arms are swapped.
struct Draw {
  std::vector<std::size_t> blocks;
  std::vector<bool> swapped;

  Draw(std::size_t count, std::size_t recorded_count, Random& random) {
    for (std::size_t i = 0; i < count; ++i) {
      blocks.push_back(draw_index(random, recorded_count));
      swapped.push_back((random() >> 63) != 0);
    }
  }
};

// The blocks of `draw`, with a head that is `ratio` times worse than it was.
Series take(const Series& recorded, const Draw& draw, double ratio = 1) {
  Series taken{recorded.name, recorded.direction, {}, {}};
  const double change = recorded.direction == Direction::kHigherIsBetter ? 1 / ratio : ratio;
  for (std::size_t i = 0; i < draw.blocks.size(); ++i) {
    const std::size_t block = draw.blocks[i];
    taken.base.push_back(draw.swapped[i] ? recorded.head[block] : recorded.base[block]);
    taken.head.push_back((draw.swapped[i] ? recorded.base[block] : recorded.head[block]) * change);
  }
  return taken;
}

PairedMetric metric_of(const Series& series, double margin_ratio) {
  return {series.base, series.head, series.direction, margin_ratio};
}

bool is_alarm(const Judgement& judgement) {
  return judgement.verdict == Verdict::kBetter || judgement.verdict == Verdict::kWorse;
}

std::string percent(double ratio) {
  return fmt::format("{:.1f} %", 100 * ratio);
}

// Of a calibration with blocks enough to find anything.
std::string times(const std::optional<double>& ratio) {
  return fmt::format("{:.3f}", ratio.value());
}

void print_noise(const std::vector<Series>& all) {
  fmt::print(
      "## The noise\n\n| series | blocks | noise of head / base | outside, far out | p of one peak | change "
      "points of base |\n"
      "|---|---|---|---|---|---|\n");
  for (const Series& series : all) {
    const auto noise = series.noise();
    const TukeyFences fences = tukey_fences(noise);
    const auto count = [&](Place place) {
      return std::ranges::count(noise, place, [&](double value) { return fences.place(value); });
    };
    std::string points;
    for (const ChangePoint& point : change_points(series.base))
      points += fmt::format("{}block {}", points.empty() ? "" : ", ", point.index + 1);
    fmt::print("| {} | {} | {} | {}, {} | {:.3f} | {} |\n", series.name, noise.size(),
               percent(calibrate(noise, {.block_count = 1}).noise), count(Place::kOutside),
               count(Place::kFarOut), dip_test(noise).p_value, points.empty() ? "none" : points);
  }
}

// True when they are as rare as promised. The bound leaves room for chance: three standard errors.
bool print_alarms(const std::vector<Series>& all, Random& random) {
  fmt::print(
      "\n## False alarms: nothing changed, and it is called better or worse\n\n"
      "| series | blocks | no margin | margin of 5 % |\n|---|---|---|---|\n");
  int alarm_count = 0;
  int trial_count = 0;
  const auto print_row = [&](const std::string& name, std::size_t count, const std::vector<Series>& judged) {
    int without_margin = 0;
    int with_margin = 0;
    for (int trial = 0; trial < kTrialCount; ++trial) {
      const Draw draw(count, judged.front().base.size(), random);
      std::vector<Series> taken;
      std::vector<PairedMetric> metrics;
      for (const Series& series : judged) taken.push_back(take(series, draw));
      for (const Series& series : taken) metrics.push_back(metric_of(series, 0));
      const auto judgements = judge(metrics);
      without_margin += std::ranges::any_of(judgements, is_alarm) ? 1 : 0;
      with_margin +=
          std::ranges::any_of(judgements,
                              [](const Judgement& judgement) {
                                return is_change(std::log(judgement.comparison.ratio),
                                                 judgement.adjusted_p_value, kMarginRatio, kAlarmRatio);
                              })
              ? 1
              : 0;
    }
    alarm_count += without_margin;
    trial_count += kTrialCount;
    fmt::print("| {} | {} | {} | {} |\n", name, count,
               percent(without_margin / static_cast<double>(kTrialCount)),
               percent(with_margin / static_cast<double>(kTrialCount)));
  };
  for (const std::size_t count : kBlockCounts)
    for (const Series& series : all) print_row(series.name, count, {series});
  print_row("all of them, judged together", 20, all);
  const double share = alarm_count / static_cast<double>(trial_count);
  const double bound = kAlarmRatio + 3 * std::sqrt(kAlarmRatio / trial_count);
  const bool holds = share <= bound;
  fmt::print(
      "\nIn all {} of {} without a margin: {:.2f} %; at most {} % and chance ({:.2f} %) were promised: {}.\n",
      alarm_count, trial_count, 100 * share, 100 * kAlarmRatio, 100 * bound, holds ? "kept" : "**broken**");
  return holds;
}

// How often the judge calls a head worse that is `ratio` times worse, in draws from the blocks of `recorded`.
double found_ratio(const Series& recorded, std::size_t count, double ratio, Random& random) {
  int found_count = 0;
  for (int trial = 0; trial < kTrialCount; ++trial) {
    const Series taken = take(recorded, Draw(count, recorded.base.size(), random), ratio);
    if (judge(std::vector{metric_of(taken, kMarginRatio)}).front().verdict == Verdict::kWorse) ++found_count;
  }
  return found_count / static_cast<double>(kTrialCount);
}

bool print_power(const std::vector<Series>& all, Random& random) {
  const CalibrationPlan defaults;
  fmt::print(
      "\n## What is found: the smallest change that calibration promises to be called worse in {} of "
      "cases\n\n"
      "| series | blocks | promised | were the noise normal | found |\n|---|---|---|---|---|\n",
      percent(defaults.found_ratio));
  bool holds = true;
  for (const Series& series : all) {
    for (const std::size_t count : kBlockCounts) {
      const auto calibration = calibrate(series.noise(), {.block_count = count});
      const double found = found_ratio(series, count, calibration.least_ratio.value(), random);
      const bool agrees = std::abs(found - defaults.found_ratio) <= kPowerTolerance;
      holds = holds && agrees;
      fmt::print("| {} | {} | {} | {} | {}{} |\n", series.name, count, times(calibration.least_ratio),
                 times(calibration.formula_ratio), percent(found), agrees ? "" : " **not within 2 points**");
    }
  }
  return holds;
}

// What the promise is worth on another day: no bound, since 20 blocks know the noise itself only so well.
void print_other_half(const std::vector<Series>& all, Random& random) {
  fmt::print(
      "\n## On later noise: promised from the first half of the blocks, found in the second, 20 blocks\n\n"
      "| series | promised | found |\n|---|---|---|\n");
  for (const Series& series : all) {
    const auto half = static_cast<std::ptrdiff_t>(series.base.size() / 2);
    const Series first{series.name,
                       series.direction,
                       {series.base.begin(), series.base.begin() + half},
                       {series.head.begin(), series.head.begin() + half}};
    const Series second{series.name,
                        series.direction,
                        {series.base.begin() + half, series.base.end()},
                        {series.head.begin() + half, series.head.end()}};
    const auto calibration = calibrate(first.noise(), {.block_count = 20});
    fmt::print("| {} | {} | {} |\n", series.name, times(calibration.least_ratio),
               percent(found_ratio(second, 20, calibration.least_ratio.value(), random)));
  }
}

// Nothing drawn: every stretch of consecutive blocks as it was recorded.
void print_stretches(const std::vector<Series>& all) {
  fmt::print(
      "\n## As recorded: every stretch of consecutive blocks, judged as it was\n\n"
      "| blocks | stretches | called better or worse, no margin | margin of 5 % |\n|---|---|---|---|\n");
  for (const std::size_t count : kBlockCounts) {
    int stretch_count = 0;
    int without_margin = 0;
    int with_margin = 0;
    for (const Series& series : all) {
      for (std::size_t first = 0; first + count <= series.base.size(); ++first) {
        const PairedMetric metric{std::span(series.base).subspan(first, count),
                                  std::span(series.head).subspan(first, count), series.direction, 0};
        const Judgement judgement = judge(std::vector{metric}).front();
        ++stretch_count;
        without_margin += is_alarm(judgement) ? 1 : 0;
        with_margin += is_change(std::log(judgement.comparison.ratio), judgement.adjusted_p_value,
                                 kMarginRatio, kAlarmRatio)
                           ? 1
                           : 0;
      }
    }
    fmt::print("| {} | {} | {} | {} |\n", count, stretch_count, without_margin, with_margin);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: judge_figures RESULTS.csv");
  const auto all = read_series(argv[1]);
  Random random(6);
  fmt::print(
      "<!-- Printed by judge_figures (figures_main.cc) from noise.csv. -->\n# The judge, tried on recorded "
      "noise\n\n");
  print_noise(all);
  const bool alarms_hold = print_alarms(all, random);
  const bool power_holds = print_power(all, random);
  print_other_half(all, random);
  print_stretches(all);
  return alarms_hold && power_holds ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "judge_figures: " << error.what() << '\n';
  return 2;
}
