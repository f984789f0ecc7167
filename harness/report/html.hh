// HTML tables and templates.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banco::report {

// A table that scrolls within its own frame when it is too wide. Headers and fields are HTML already.
class HtmlTable {
 public:
  enum class Align { kText, kNumber };

  // `label` names the frame for screen readers (plain text).
  explicit HtmlTable(std::string label) : label_(std::move(label)) {}

  void add_column(const std::string& header, Align align = Align::kText) {
    columns_.push_back({header, align});
  }
  // The first `header_count` fields name the row. `starts_group` draws a line above it.
  // Requires: as many fields as columns. Throws std::invalid_argument.
  void add_row(const std::vector<std::string>& fields, std::size_t header_count = 1,
               bool starts_group = false);

  bool is_empty() const { return rows_.empty(); }
  std::string html() const;

 private:
  struct Column {
    std::string header;
    Align align;
  };
  std::string label_;
  std::vector<Column> columns_;
  std::vector<std::string> rows_;
};

// A header with its unit on a second line. Plain text in.
std::string header_with_unit(std::string_view words, std::string_view unit);

// Keeps a number and its unit on one line: the space before %, × and the like becomes U+00A0.
std::string bind_units(std::string text);

// Replaces each {{name}} by its value; values are not looked into.
// Throws std::logic_error for a name without a value.
std::string fill_template(std::string_view text,
                          const std::map<std::string, std::string_view, std::less<>>& values);

}  // namespace banco::report
