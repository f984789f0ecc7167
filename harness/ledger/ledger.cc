// Reads scenarios/theses/ledger.yaml. Which keys a claim has depends on its kind, and a key that the kind
// does not use is refused: it would look as if it meant something.
#include "harness/ledger/ledger.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "harness/ledger/document.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::ledger {
namespace {

constexpr std::size_t kFileSizeLimit = std::size_t{1} << 20;
constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::array<std::string_view, 6> kUnits{"bit/s", "s", "ratio", "count", "cpu", "B"};  // sample.hh

struct KindRule {
  ClaimKind kind;
  std::string_view name;
  bool has_sides;      // subject and versus: two values on an axis, two metrics, or both
  bool has_axis;       // an axis to run along
  bool needs_bound;    // forbidden otherwise
  bool has_tolerance;  // required, but optional for `ratio`; forbidden otherwise
};
constexpr std::array<KindRule, 7> kKinds{{
    {ClaimKind::kOrder, "order", true, false, false, false},
    {ClaimKind::kRatio, "ratio", true, false, true, true},
    {ClaimKind::kAtMost, "at_most", false, false, true, false},
    {ClaimKind::kPlateau, "plateau", false, true, true, true},
    {ClaimKind::kLinearThenCeiling, "linear_then_ceiling", false, true, true, true},
    {ClaimKind::kAgree, "agree", true, false, false, true},
    {ClaimKind::kExists, "exists", false, false, false, false},
}};

const KindRule& rule_named(const std::string& name, const Mapping& mapping) {
  const auto found = std::ranges::find(kKinds, name, &KindRule::name);
  if (found != kKinds.end()) return *found;
  std::vector<std::string_view> names;
  for (const auto& rule : kKinds) names.push_back(rule.name);
  throw mapping.error(fmt::format("there is no kind '{}'; there are: {}", name, fmt::join(names, ", ")));
}

// What `order`, `ratio` and `agree` compare: an axis with two values, two metrics, or both.
void read_sides(Mapping& mapping, Claim& claim) {
  if (mapping.find("versus_metric")) claim.versus_metric = mapping.text("versus_metric");
  if (mapping.find("axis") || claim.versus_metric.empty()) {
    claim.axis = mapping.text("axis");
    claim.subject = mapping.text("subject");
    claim.versus = mapping.text("versus");
  }
  const bool same_metric = claim.versus_metric.empty() || claim.versus_metric == claim.metric;
  if (same_metric && claim.subject == claim.versus)
    throw mapping.error("subject and versus are the same: nothing is compared");
}

Claim read_claim(const std::string& file, const YAML::Node& node) {
  Mapping mapping(file, node);
  const auto& rule = rule_named(mapping.text("kind"), mapping);
  Claim claim;
  claim.kind = rule.kind;
  claim.text = mapping.text("text");
  claim.metric = mapping.text("metric");
  claim.where = mapping.words("where");
  if (rule.has_sides) read_sides(mapping, claim);
  if (rule.has_axis) claim.axis = mapping.text("axis");
  if (claim.where.contains(claim.axis))
    throw mapping.error(fmt::format("'{}' is the axis and stands in 'where' too", claim.axis));
  if (rule.needs_bound) claim.bound = mapping.number("bound");
  if (rule.kind == ClaimKind::kRatio && claim.bound <= 0)
    throw mapping.error("the bound of a ratio must be above 0");
  if (rule.has_tolerance && (rule.kind != ClaimKind::kRatio || mapping.find("tolerance"))) {
    claim.tolerance_ratio = mapping.number("tolerance");
    if (claim.tolerance_ratio <= 0 || claim.tolerance_ratio >= 1)
      throw mapping.error("the tolerance must lie between 0 and 1 (0.1 is 10 %)");
  }
  mapping.finish();
  return claim;
}

Figure read_figure(const std::string& file, const YAML::Node& node) {
  Mapping mapping(file, node);
  Figure figure;
  figure.metric = mapping.text("metric");
  figure.cell = mapping.words("cell");
  figure.value = mapping.number("value");
  figure.unit = mapping.text("unit");
  figure.text = mapping.text("text");
  if (std::ranges::find(kUnits, figure.unit) == kUnits.end())
    throw mapping.error(
        fmt::format("there is no unit '{}'; there are: {}", figure.unit, fmt::join(kUnits, ", ")));
  mapping.finish();
  return figure;
}

Row read_row(const std::string& file, const YAML::Node& node) {
  Mapping mapping(file, node);
  Row row;
  row.id = mapping.text("id");
  row.seed = mapping.text("seed");
  row.section = mapping.text("section");
  row.title = mapping.text("title");
  row.method = mapping.text("method");
  row.hardware = mapping.text("hardware");
  if (mapping.find("scenario")) row.scenario = mapping.text("scenario");
  if (mapping.find("obstacle")) row.obstacle = mapping.text("obstacle");
  if (row.id.find_first_not_of(kIdCharacters) != std::string::npos)
    throw mapping.error(fmt::format("the id '{}' has more than small letters, digits and '-'", row.id));
  if (row.seed.size() != 3 || row.seed.find_first_not_of("0123456789") != std::string::npos)
    throw mapping.error("'seed' must be three digits, as in \"000\"");
  for (const auto& figure : mapping.sequence("figures")) row.figures.push_back(read_figure(file, figure));
  for (const auto& claim : mapping.sequence("claims")) row.claims.push_back(read_claim(file, claim));
  if (row.claims.empty()) throw mapping.error(fmt::format("the row '{}' claims nothing", row.id));
  mapping.finish();
  return row;
}

std::vector<Row> read_rows(const std::string& file, const std::string& text) {
  const auto documents = YAML::LoadAll(text);
  if (documents.size() != 1)
    throw std::runtime_error(
        fmt::format("{}:1:1: expected one YAML document, got {}", file, documents.size()));
  Mapping mapping(file, documents.front());
  if (mapping.text("ledger") != "1") throw mapping.error("this banco reads ledgers of version 1");
  if (mapping.find("x-hardware")) mapping.words("x-hardware");  // texts that rows refer to by anchors
  std::vector<Row> rows;
  std::set<std::string> ids;
  for (const auto& node : mapping.sequence("rows")) {
    rows.push_back(read_row(file, node));
    if (!ids.insert(rows.back().id).second)
      throw error_at(file, node.Mark(), fmt::format("the id '{}' stands twice", rows.back().id));
  }
  mapping.finish();
  return rows;
}

}  // namespace

std::vector<Row> load_ledger(const std::filesystem::path& path) {
  const auto file = path.string();
  const auto descriptor = base::open_file(path, O_RDONLY);
  try {
    return read_rows(file, descriptor.read_all(kFileSizeLimit));
  } catch (const YAML::Exception& error) {
    throw error_at(file, error.mark, error.msg);
  } catch (const std::length_error&) {
    throw std::runtime_error(
        fmt::format("{}:1:1: more than {} bytes, which is no ledger", file, kFileSizeLimit));
  }
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kDoesNotHold:
      return "does not hold";
    case Verdict::kNotEnoughEvidence:
      return "not enough evidence";
    case Verdict::kCannotBeTriedHere:
      return "cannot be tried here";
    case Verdict::kNotBuiltYet:
      return "not built yet";
  }
  throw std::invalid_argument("to_string: not a verdict");
}

std::string to_string(ClaimKind kind) {
  const auto found = std::ranges::find(kKinds, kind, &KindRule::kind);
  if (found == kKinds.end()) throw std::invalid_argument("to_string: not a kind of claim");
  return std::string(found->name);
}

}  // namespace banco::ledger
