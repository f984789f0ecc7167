// results.json: everything about a run in one document, for programs, and the data that the page carries
// inside.
//
// Shape (version 1), keys in this order:
//
//     {"results":1, "banco":"0.1.0", "time":T, "seed":42, "blocks":6,
//      "scenario":{"name":…,"file":…,"text":…}, "end":{"time":T,"outcome":"ok","reason":""}|null,
//      "environment":{…}, "axes":[{"name":"vms","values":["2","4"],"numeric":true}…], "along":"vms"|null,
//      "arms":["vde"…],
//      "metrics":[{"name":"tcp.throughput.sum","unit":"bit/s","label":"tcp throughput","main":true,
//                  "shown":{"unit":"Mbit/s","factor":1e-06,"decimals":0}}…],
//      "cells":[{"cell":{axis:value},"arm":"vde","blocks":{"ok":6,"failed":0,"skipped":0,"interrupted":0,"missing":0},
//                "metrics":{NAME:{"count":6,"median":…,"mean":…,"min":…,"max":…,"mad":…,"cv":…,
//                                 "interval":{"low":…,"high":…,"coverage":…}|null}}}…],
//      "outcomes":[{"cell":…,"block":1,"started":T,"ended":T,"outcome":"failed","reason":…}…],
//      "keys":[{…}…],
//      "samples":[{"time":T,"block":1,"cell":{axis:value},"metric":…,"value":…,"unit":…,"key":0,"counts":true,
//                   "tainted":false}…],
//      "theses":[{"id":…,"seed":…,"section":…,"figures":[{"metric":…,"cell":…,"seed":…,"unit":…,"text":…,
//                 "measured":…|null,"ratio":…|null}…],"claims":[{"text":…,"verdict":"holds","evidence":…}…]}…]}
//
// Units: as in measure::Sample; only `shown` speaks of the units people see. T as in journals. `key` is an
// index into `keys`. Consoles stay in the journal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

inline constexpr int kResultsVersion = 1;

// The document, without a newline at its end. `indent` as in nlohmann::json::dump: −1 is one line.
// Bytes that are not UTF-8 become U+FFFD.
std::string results_json(const Results& results, const std::vector<ThesisView>& theses, int indent = -1);

// JSON that can stand inside <script>: every '<' written as \u003c, so no tag can open or close in it.
std::string json_for_html(std::string_view json);

}  // namespace banco::report
