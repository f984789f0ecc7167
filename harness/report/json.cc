// Builds the document of json.hh with nlohmann/json, which keeps the order of keys.
#include "harness/report/json.hh"

#include <nlohmann/json.hpp>

#include "harness/report/words.hh"

namespace banco::report {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json metrics_json(const Results& results) {
  Json list = Json::array();
  for (const auto& metric : results.metrics) {
    const auto scale = scale_of(results, metric);
    list.push_back(
        {{"name", metric.name},
         {"unit", metric.unit},
         {"label", metric_label(metric.name)},
         {"main", describe_metric(metric.name).main},
         {"shown", {{"unit", scale.unit}, {"factor", scale.factor}, {"decimals", scale.decimals}}}});
  }
  return list;
}

Json summary_json(const stats::Summary& summary) {
  Json interval;
  if (summary.median_interval) {
    interval = {{"low", summary.median_interval->low},
                {"high", summary.median_interval->high},
                {"coverage", summary.median_interval->coverage_ratio}};
  }
  return {{"count", summary.count},
          {"median", summary.median},
          {"mean", summary.mean},
          {"min", summary.min},
          {"max", summary.max},
          {"mad", summary.median_absolute_deviation},
          {"cv", summary.coefficient_of_variation},
          {"interval", interval}};
}

Json cells_json(const Results& results) {
  Json list = Json::array();
  for (const auto& cell : results.cells) {
    Json metrics = Json::object();
    for (const auto& [name, summary] : cell.metrics) metrics[name] = summary_json(summary);
    list.push_back({{"cell", cell.cell},
                    {"arm", arm_name(results, cell.cell)},
                    {"blocks",
                     {{"ok", cell.outcomes.ok},
                      {"failed", cell.outcomes.failed},
                      {"skipped", cell.outcomes.skipped},
                      {"interrupted", cell.outcomes.interrupted},
                      {"missing", cell.outcomes.missing}}},
                    {"metrics", metrics}});
  }
  return list;
}

Json outcomes_json(const measure::Run& run) {
  Json list = Json::array();
  for (const auto& result : run.cells) {
    list.push_back({{"cell", result.cell},
                    {"block", result.block},
                    {"started", measure::format_time(result.started)},
                    {"ended", measure::format_time(result.ended)},
                    {"outcome", measure::to_string(result.outcome)},
                    {"reason", result.reason}});
  }
  return list;
}

void add_samples(Json& document, const Results& results) {
  Json keys = Json::array();
  Json samples = Json::array();
  std::map<measure::Key, std::size_t> indexes;
  for (std::size_t i = 0; i < results.run.samples.size(); ++i) {
    const auto& sample = results.run.samples[i];
    const auto [index, is_new] = indexes.emplace(sample.key, indexes.size());
    if (is_new) keys.push_back(Json(sample.key));
    samples.push_back({{"time", measure::format_time(sample.time)},
                       {"block", sample.block},
                       {"cell", sample.cell},
                       {"metric", sample.metric},
                       {"value", sample.value},
                       {"unit", sample.unit},
                       {"key", index->second},
                       {"counts", static_cast<bool>(results.counts[i])},
                       {"tainted", sample.tainted}});
  }
  document["keys"] = std::move(keys);
  document["samples"] = std::move(samples);
}

Json thesis_json(const Results& results, const ThesisView& view) {
  Json figures = Json::array();
  for (const auto& pair : pair_figures(results, view.row)) {
    figures.push_back({{"metric", pair.figure.metric},
                       {"cell", pair.cell},
                       {"seed", pair.figure.value},
                       {"unit", pair.figure.unit},
                       {"text", pair.figure.text},
                       {"measured", pair.measured ? Json(pair.measured->median) : Json()},
                       {"ratio", or_null(pair.ratio)}});
  }
  Json claims = Json::array();
  for (const auto& verdict : view.verdicts) {
    claims.push_back({{"text", verdict.claim.text},
                      {"verdict", ledger::to_string(verdict.verdict)},
                      {"evidence", verdict.evidence}});
  }
  return {{"id", view.row.id},
          {"seed", view.row.seed},
          {"section", view.row.section},
          {"figures", figures},
          {"claims", claims}};
}

}  // namespace

std::string results_json(const Results& results, const std::vector<ThesisView>& theses, int indent) {
  const auto& header = results.run.header;
  Json document{
      {"results", kResultsVersion},
      {"banco", header.banco_version},
      {"time", measure::format_time(header.time)},
      {"seed", header.seed},
      {"blocks", header.block_count},
      {"scenario",
       {{"name", header.scenario_name}, {"file", header.scenario_file}, {"text", header.scenario_text}}},
      {"end", nullptr},
      {"environment", header.environment}};
  if (const auto& end = results.run.end) {
    document["end"] = {{"time", measure::format_time(end->time)},
                       {"outcome", measure::to_string(end->outcome)},
                       {"reason", end->reason}};
  }
  Json axes = Json::array();
  for (const auto& axis : results.axes) {
    axes.push_back({{"name", axis.name}, {"values", axis.values}, {"numeric", axis.numeric}});
  }
  document["axes"] = std::move(axes);
  document["along"] = results.along.empty() ? Json() : Json(results.along);
  document["arms"] = arm_names(results);
  document["metrics"] = metrics_json(results);
  document["cells"] = cells_json(results);
  document["outcomes"] = outcomes_json(results.run);
  add_samples(document, results);
  document["theses"] = Json::array();
  for (const auto& view : theses) document["theses"].push_back(thesis_json(results, view));
  return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string json_for_html(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace banco::report
