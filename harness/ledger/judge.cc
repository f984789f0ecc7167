#include "harness/ledger/judge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "harness/ledger/comparison.hh"
#include "harness/ledger/words.hh"

namespace banco::ledger {
namespace {

constexpr Range kGrown{1, std::numeric_limits<double>::infinity(), true};

Range around_one(double tolerance_ratio) {
  return {1 / (1 + tolerance_ratio), 1 + tolerance_ratio};
}

struct Sides {
  Side subject;
  Side versus;
};

Sides sides_of(const Claim& claim) {
  Sides sides{{claim.metric, claim.where},
              {claim.versus_metric.empty() ? claim.metric : claim.versus_metric, claim.where}};
  if (!claim.axis.empty()) {
    sides.subject.axes[claim.axis] = claim.subject;
    sides.versus.axes[claim.axis] = claim.versus;
  }
  return sides;
}

Finding judge_comparison(const Claim& claim, const Measurements& measurements) {
  const auto [subject, versus] = sides_of(claim);
  const auto pairs = measurements.pair(subject, versus);
  if (claim.kind == ClaimKind::kOrder) return judge_order(subject, versus, pairs);
  if (claim.kind == ClaimKind::kAgree)
    return judge_ratio(subject, versus, pairs, around_one(claim.tolerance_ratio));
  const double slack = claim.bound * claim.tolerance_ratio;
  Range range{claim.bound - slack};
  if (slack > 0) range.high = claim.bound + slack;
  return judge_ratio(subject, versus, pairs, range);
}

Finding judge_at_most(const Claim& claim, const Measurements& measurements) {
  const Side side{claim.metric, claim.where};
  return judge_limit(side, measurements.pair(side, side), claim.bound);
}

// One finding of several: does not hold when one does not, holds when all do. The evidence of those that
// decided comes first.
Finding combine(const std::vector<Finding>& findings) {
  Finding all{Verdict::kHolds, ""};
  const auto take = [&](Verdict verdict) {
    for (const auto& finding : findings) {
      if (finding.verdict != verdict) continue;
      if (all.evidence.empty()) all.verdict = verdict;
      all.evidence += (all.evidence.empty() ? "" : "; ") + finding.evidence;
    }
  };
  take(Verdict::kDoesNotHold);
  take(Verdict::kNotEnoughEvidence);
  take(Verdict::kHolds);
  return all;
}

struct AxisPoint {
  double value = 0;
  std::string text;
};

// The values of the claim's axis, least first. Those that are no numbers are no points.
std::vector<AxisPoint> points_of(const Claim& claim, const Measurements& measurements) {
  std::vector<AxisPoint> points;
  for (const auto& text : measurements.axis_values(claim.axis, claim.where))
    if (const auto value = parse_number(text)) points.push_back({*value, text});
  std::ranges::sort(points, {}, &AxisPoint::value);
  return points;
}

Finding compare_points(const Claim& claim, const Measurements& measurements, const AxisPoint& subject,
                       const AxisPoint& versus, const Range& range, double scale = 1) {
  Claim comparison = claim;
  comparison.subject = subject.text;
  comparison.versus = versus.text;
  const auto sides = sides_of(comparison);
  return judge_ratio(sides.subject, sides.versus, measurements.pair(sides.subject, sides.versus), range,
                     scale);
}

std::string points_text(const Claim& claim, const std::vector<AxisPoint>& points) {
  if (points.empty()) return fmt::format("this run has no numbers on the axis '{}'", claim.axis);
  auto text = fmt::format("only measured with {}", claim.axis);
  for (const auto& point : points) text += (&point == &points.front() ? " " : ", ") + point.text;
  return text;
}

Finding judge_plateau(const Claim& claim, const Measurements& measurements) {
  const auto points = points_of(claim, measurements);
  const auto knee = std::ranges::find(points, claim.bound, &AxisPoint::value);
  if (knee == points.end() || knee == points.begin() || knee + 1 == points.end())
    return {Verdict::kNotEnoughEvidence,
            fmt::format("{}; a plateau from {} needs it, a value below and one above; run --full",
                        points_text(claim, points), claim.bound)};
  std::vector<Finding> findings{compare_points(claim, measurements, *knee, points.front(), kGrown)};
  for (auto point = knee + 1; point != points.end(); ++point)
    findings.push_back(compare_points(claim, measurements, *point, *knee, around_one(claim.tolerance_ratio)));
  return combine(findings);
}

Finding judge_linear_then_ceiling(const Claim& claim, const Measurements& measurements) {
  const auto points = points_of(claim, measurements);
  const auto linear_count = static_cast<std::size_t>(
      std::ranges::count_if(points, [&](const auto& point) { return point.value <= claim.bound; }));
  if (linear_count < 2 || points.size() < linear_count + 2 || points.front().value <= 0)
    return {Verdict::kNotEnoughEvidence,
            fmt::format("{}; two values above 0 up to {} and two beyond are needed; run --full",
                        points_text(claim, points), claim.bound)};
  std::vector<Finding> findings;
  const auto range = around_one(claim.tolerance_ratio);
  for (std::size_t i = 1; i < linear_count; ++i)
    findings.push_back(compare_points(claim, measurements, points[i], points[i - 1], range,
                                      points[i - 1].value / points[i].value));
  findings.push_back(compare_points(claim, measurements, points.back(), points[points.size() - 2], range));
  return combine(findings);
}

Finding judge_exists(const Claim& claim, const Measurements& measurements) {
  const Side side{claim.metric, claim.where};
  const auto pairs = measurements.pair(side, side);
  if (pairs.subject.empty()) return {Verdict::kNotEnoughEvidence, pairs.left_out};
  const auto seen_count = std::ranges::count_if(pairs.subject, [](double value) { return value > 0; });
  const auto finished_count = static_cast<long>(pairs.subject.size());
  return {seen_count == finished_count ? Verdict::kHolds : Verdict::kDoesNotHold,
          fmt::format("{}: seen in {} of {}{}", cell_text(claim.where), seen_count,
                      count_text(finished_count, "finished block"),
                      finished_count == pairs.block_count ? "" : "; " + pairs.left_out)};
}

Finding judge_by_kind(const Claim& claim, const Measurements& measurements) {
  switch (claim.kind) {
    case ClaimKind::kOrder:
    case ClaimKind::kRatio:
    case ClaimKind::kAgree:
      return judge_comparison(claim, measurements);
    case ClaimKind::kAtMost:
      return judge_at_most(claim, measurements);
    case ClaimKind::kPlateau:
      return judge_plateau(claim, measurements);
    case ClaimKind::kLinearThenCeiling:
      return judge_linear_then_ceiling(claim, measurements);
    case ClaimKind::kExists:
      return judge_exists(claim, measurements);
  }
  throw std::invalid_argument("judge: not a kind of claim");
}

}  // namespace

ClaimVerdict judge_claim(const Claim& claim, const Measurements& measurements) {
  auto finding = judge_by_kind(claim, measurements);
  return {claim, finding.verdict, std::move(finding.evidence)};
}

std::vector<ClaimVerdict> judge(const Row& row, const measure::Run& run) {
  const Measurements measurements(run);
  std::vector<ClaimVerdict> verdicts;
  for (const auto& claim : row.claims) {
    if (row.obstacle)
      verdicts.push_back({claim, Verdict::kCannotBeTriedHere, *row.obstacle});
    else if (row.scenario.empty())
      verdicts.push_back({claim, Verdict::kNotBuiltYet, "no scenario runs this yet"});
    else
      verdicts.push_back(judge_claim(claim, measurements));
  }
  return verdicts;
}

}  // namespace banco::ledger
