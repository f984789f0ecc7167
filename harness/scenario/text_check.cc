// One pass over the bytes. yaml-cpp takes byte 04 for the end of the file and lets broken UTF-8 through,
// which would fail much later, when a journal or a report is written.
#include "harness/scenario/text_check.hh"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/document.hh"
#include "harness/scenario/error.hh"

namespace banco::scenario {

namespace {

// Length in bytes of the UTF-8 character that opens `text`, 0 when there is none. Not empty.
// Source: Unicode 15, table 3-7 (well-formed byte sequences).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

}  // namespace

void check_text(std::string_view text, const std::string& file) {
  if (text.size() > kFileLimitBytes) {
    throw ScenarioError(file, {}, fmt::format("the file is larger than {} bytes", kFileLimitBytes));
  }
  Position where{1, 1};
  bool indenting = true;
  for (std::size_t i = 0; i < text.size(); ++where.column) {
    const std::size_t size = character_size(text.substr(i));
    if (size == 0) throw ScenarioError(file, where, "this is not UTF-8 text");
    const char c = text[i];
    if (is_control(c)) {
      throw ScenarioError(file, where,
                          fmt::format("the control character {:#04x} cannot stand in a scenario", c));
    }
    if (c == '\t' && indenting) throw ScenarioError(file, where, "a tab indents this line; use spaces");
    indenting = c == '\n' || (indenting && c == ' ');
    if (c == '\n') where = {where.line + 1, 0};
    i += size;
  }
}

}  // namespace banco::scenario
