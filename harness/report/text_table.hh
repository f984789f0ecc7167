// A table of text columns that are aligned by characters and broken into several when they do not fit.
#pragma once

#include <string>
#include <vector>

namespace banco::report {

struct TextColumn {
  std::string header;  // wrapped at spaces
  bool to_the_right = false;
  bool repeats = false;  // stands in every part of a broken table
  std::vector<std::string> fields = {};
};

// Requires: all columns have the same number of fields. Lines end in a newline.
std::string render_text_table(const std::vector<TextColumn>& columns, std::size_t width_columns);

// `text` broken at spaces into lines of at most `width_columns`, each after `indent`.
std::string wrap_text(const std::string& text, std::size_t width_columns, const std::string& indent = "");

}  // namespace banco::report
