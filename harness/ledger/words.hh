// Values and cells as the sentences of evidence word them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/measure/sample.hh"

namespace banco::ledger {

// Three significant digits in a readable unit: (3.9e8, "bit/s") is "390 Mbit/s", (0.0045, "ratio") "0.45 %".
std::string format_value(double value, std::string_view unit);

// "vde, vms 4": a value that is a number is named by its axis. "the only cell" when there is no axis.
std::string cell_text(const measure::Cell& cell);

// "1 block", "6 blocks".
std::string count_text(long count, std::string_view noun);

// The finite number that `text` is as a whole, in decimal notation; nothing otherwise.
std::optional<double> parse_number(std::string_view text);

}  // namespace banco::ledger
