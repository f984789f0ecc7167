// Strings in, strings out.
#include "harness/report/html.hh"

#include <fmt/format.h>

#include <stdexcept>

#include "harness/report/text.hh"

namespace banco::report {
namespace {

std::string_view class_of(HtmlTable::Align align) {
  return align == HtmlTable::Align::kNumber ? " class=\"number\"" : "";
}

}  // namespace

void HtmlTable::add_row(const std::vector<std::string>& fields, std::size_t header_count, bool starts_group) {
  if (fields.size() != columns_.size()) {
    throw std::invalid_argument(
        fmt::format("table {}: a row of {} fields for {} columns", label_, fields.size(), columns_.size()));
  }
  std::string row = starts_group ? "<tr class=\"group\">" : "<tr>";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto align = class_of(columns_[i].align);
    row += i < header_count ? fmt::format("<th scope=\"row\"{}>{}</th>", align, fields[i])
                            : fmt::format("<td{}>{}</td>", align, fields[i]);
  }
  rows_.push_back(row + "</tr>\n");
}

std::string HtmlTable::html() const {
  std::string html = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table>\n<thead><tr>",
      escape_html(label_));
  for (const auto& column : columns_) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", class_of(column.align), column.header);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows_) html += row;
  return html + "</tbody></table></div>\n";
}

std::string header_with_unit(std::string_view words, std::string_view unit) {
  return fmt::format("{}<span class=\"unit\">{}</span>", escape_html(words), escape_html(unit));
}

std::string bind_units(std::string text) {
  for (const std::string_view unit :
       {"%", "×", "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "s", "ms", "µs", "blocks"}) {
    const auto spaced = fmt::format(" {}", unit);
    for (auto at = text.find(spaced); at != std::string::npos; at = text.find(spaced, at + spaced.size())) {
      const bool follows_number = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9';
      if (follows_number) text.replace(at, 1, "\u00A0");
    }
  }
  return text;
}

std::string fill_template(std::string_view text,
                          const std::map<std::string, std::string_view, std::less<>>& values) {
  std::string filled;
  while (true) {
    const auto open = text.find("{{");
    const auto close = text.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const auto name = text.substr(open + 2, close - open - 2);
    const auto value = values.find(name);
    if (value == values.end())
      throw std::logic_error(fmt::format("the page template names {}, which nothing fills", name));
    filled += text.substr(0, open);
    filled += value->second;
    text.remove_prefix(close + 2);
  }
  return filled + std::string(text);
}

}  // namespace banco::report
