// Measures columns, packs them into parts that fit, prints the parts one below the other.
#include "harness/report/text_table.hh"

#include <algorithm>
#include <sstream>

#include "harness/report/text.hh"

namespace banco::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastHeaderWidth = 12;

std::vector<std::string> wrap_words(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.empty() && width_of(lines.back()) + 1 + width_of(word) <= width) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

struct Laid {
  const TextColumn* column;
  std::vector<std::string> header;
  std::size_t width = 0;
};

Laid laid_out(const TextColumn& column) {
  Laid laid{&column, {}, 0};
  for (const auto& field : column.fields) laid.width = std::max(laid.width, width_of(field));
  laid.header = wrap_words(column.header, std::max(laid.width, kLeastHeaderWidth));
  for (const auto& line : laid.header) laid.width = std::max(laid.width, width_of(line));
  return laid;
}

std::string pad(const std::string& text, const Laid& laid) {
  const std::string space(laid.width - std::min(laid.width, width_of(text)), ' ');
  return laid.column->to_the_right ? space + text : text + space;
}

void append_line(std::string& output, std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  output += line + "\n";
}

std::string render_part(const std::vector<Laid>& part) {
  std::size_t header_height = 0;
  for (const auto& laid : part) header_height = std::max(header_height, laid.header.size());
  std::string output;
  const auto line_of = [&](const auto& field_of) {
    std::string line;
    for (const auto& laid : part) {
      if (&laid != &part.front()) line += std::string(kGap, ' ');
      line += field_of(laid);
    }
    append_line(output, std::move(line));
  };
  for (std::size_t row = 0; row < header_height; ++row) {
    line_of([&](const Laid& laid) {
      const auto skipped = header_height - laid.header.size();  // headers stand on the rule
      return pad(row < skipped ? "" : laid.header[row - skipped], laid);
    });
  }
  line_of([](const Laid& laid) {
    std::string rule;
    for (std::size_t i = 0; i < laid.width; ++i) rule += "─";
    return rule;
  });
  for (std::size_t row = 0; row < part.front().column->fields.size(); ++row) {
    line_of([&](const Laid& laid) { return pad(laid.column->fields[row], laid); });
  }
  return output;
}

std::size_t width_of_part(const std::vector<Laid>& part) {
  std::size_t width = part.empty() ? 0 : (part.size() - 1) * kGap;
  for (const auto& laid : part) width += laid.width;
  return width;
}

}  // namespace

std::string render_text_table(const std::vector<TextColumn>& columns, std::size_t width_columns) {
  std::vector<Laid> repeated;
  std::vector<Laid> others;
  for (const auto& column : columns) (column.repeats ? repeated : others).push_back(laid_out(column));
  std::vector<std::vector<Laid>> parts;
  for (const auto& laid : others) {
    const bool fits = !parts.empty() && width_of_part(parts.back()) + kGap + laid.width <= width_columns;
    if (!fits) parts.push_back(repeated);
    parts.back().push_back(laid);
  }
  if (parts.empty() && !repeated.empty()) parts.push_back(repeated);
  std::string output;
  for (const auto& part : parts) {
    if (!output.empty()) output += "\n";
    output += render_part(part);
  }
  return output;
}

std::string wrap_text(const std::string& text, std::size_t width_columns, const std::string& indent) {
  std::string output;
  const auto width = width_columns > indent.size() + 20 ? width_columns - indent.size() : 20;
  for (const auto& line : wrap_words(text, width)) output += indent + line + "\n";
  return output;
}

}  // namespace banco::report
