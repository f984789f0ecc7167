// Writes rows in journal order.
#include "harness/report/csv.hh"

#include <fmt/format.h>

namespace banco::report {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + "\"";
}

std::string results_csv(const Results& results) {
  std::string csv = "time,block";
  for (const auto& axis : results.axes) csv += "," + csv_field(axis.name);
  csv += ",metric,value,unit,counts,tainted\r\n";
  for (std::size_t i = 0; i < results.run.samples.size(); ++i) {
    const auto& sample = results.run.samples[i];
    csv += fmt::format("{},{}", measure::format_time(sample.time), sample.block);
    for (const auto& axis : results.axes) {
      const auto value = sample.cell.find(axis.name);
      csv += "," + (value == sample.cell.end() ? "" : csv_field(value->second));
    }
    csv += fmt::format(",{},{},{},{},{}\r\n", csv_field(sample.metric), sample.value, csv_field(sample.unit),
                       static_cast<bool>(results.counts[i]), sample.tainted);
  }
  return csv;
}

}  // namespace banco::report
