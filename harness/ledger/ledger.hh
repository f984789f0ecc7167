// The ledger: every figure and claim of the theses as data, and the one function that judges them.
// scenarios/theses/ledger.yaml holds the rows; a verdict is about a claim (who wins, what grows, by what
// ratio), never about an absolute figure of old hardware, and no verdict is written by hand.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/measure/journal.hh"
#include "harness/measure/sample.hh"

namespace banco::ledger {

enum class Verdict { kHolds, kDoesNotHold, kNotEnoughEvidence, kCannotBeTriedHere, kNotBuiltYet };

// One figure of a seed: comparable with the measured metric of the same cell.
struct Figure {
  std::string metric;  // as in measure::Sample
  measure::Cell cell;  // which axes of the scenario it belongs to ({"switch": "vde", "vms": "2"})
  double value = 0;    // in the unit of the metric (bit/s, ratio, cpu, s …)
  std::string unit;
  std::string text;  // as the seed prints it: "390 Mbit/s"
};

enum class ClaimKind { kOrder, kRatio, kAtMost, kPlateau, kLinearThenCeiling, kAgree, kExists };

// What the seed says, in a form that can be judged (each kind's meaning: judge.hh).
struct Claim {
  ClaimKind kind = ClaimKind::kExists;
  std::string text;            // the claim in one English sentence
  std::string metric;          // what it is about
  std::string versus_metric;   // what `metric` is compared with; empty: itself
  std::string axis;            // the axis along which subject and versus differ, or along which it grows
  std::string subject;         // value on `axis`
  std::string versus;          // value on `axis`
  measure::Cell where;         // further fixed axes, when not all
  double bound = 0;            // per kind: ratio, limit in the unit of the metric, or axis value of the knee
  double tolerance_ratio = 0;  // per kind: how far from equal still counts as equal (0.1: 10 %)
};

struct Row {
  std::string id;
  std::string seed;     // file in the list of seeds: "000" … "004"
  std::string section;  // "2.1"
  std::string title;
  std::string method;    // how the seed measured it
  std::string hardware;  // on what
  std::vector<Figure> figures;
  std::vector<Claim> claims;
  std::string scenario;                 // path relative to scenarios/, empty: not built yet
  std::optional<std::string> obstacle;  // why it cannot be tried here, when that is so everywhere we know
};

struct ClaimVerdict {
  Claim claim;
  Verdict verdict = Verdict::kNotEnoughEvidence;
  std::string
      evidence;  // one sentence: "vde: 349 Mbit/s → bridge: 1.29 Gbit/s, ratio 3.7 (3.5–3.9), 6 blocks"
};

// Reads the file strictly: unknown keys, wrong types, keys that the kind of a claim does not have and ids
// that stand twice are errors. Throws std::runtime_error with file, line and column; base::SystemError when
// the file cannot be read.
std::vector<Row> load_ledger(const std::filesystem::path& path);

// Judges every claim of `row` on what `run` measured. A row with an obstacle or without a scenario gets that
// verdict for each claim, whatever `run` holds.
std::vector<ClaimVerdict> judge(const Row& row, const measure::Run& run);

// The rows for people, two lines each: id, seed and section, title; below it what the last run of it said.
// `last` maps ids to the verdicts of that run; a row that is not in it has not been run yet.
std::string list_text(std::span<const Row> rows,
                      const std::map<std::string, std::vector<ClaimVerdict>>& last);

// "holds", "does not hold", "not enough evidence", "cannot be tried here", "not built yet".
std::string to_string(Verdict verdict);
// As in the file: order, ratio, at_most, plateau, linear_then_ceiling, agree, exists.
std::string to_string(ClaimKind kind);

}  // namespace banco::ledger
