// Decodes UTF-8 strictly and lets only harmless characters through.
#include "harness/report/text.hh"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace banco::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// One character at the start of `text`: its code point, or 0xFFFD with the one byte that is wrong.
struct Character {
  std::uint32_t code = 0xFFFD;
  std::size_t byte_count = 1;
};

std::uint32_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// Source: RFC 3629 section 4 (no overlong forms, no surrogates, nothing above 0x10FFFF).
Character decode(std::string_view text) {
  const std::uint32_t first = byte_at(text, 0);
  if (first < 0x80) return {first, 1};
  const std::size_t count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < count) return {};
  std::uint32_t code = first & (0x7Fu >> count);
  for (std::size_t i = 1; i < count; ++i) {
    const std::uint32_t next = byte_at(text, i);
    if ((next & 0xC0) != 0x80) return {};
    code = (code << 6) | (next & 0x3F);
  }
  const bool overlong = (count == 3 && code < 0x800) || (count == 4 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {};
  return {code, count};
}

bool is_harmful(std::uint32_t code) {
  if (code == '\n' || code == '\t') return false;
  const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
  const bool turns_direction = code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                               (code >= 0x2066 && code <= 0x2069);
  return control || turns_direction || code == 0x2028 || code == 0x2029 || code == 0xFEFF;
}

// Bytes of the escape sequence at the start of `text` (ESC first). Source: ECMA-48 sections 5.4 and 8.3.
std::size_t escape_sequence_length(std::string_view text) {
  if (text.size() < 2 || byte_at(text, 1) < 0x20 || byte_at(text, 1) > 0x7E) return 1;
  if (text[1] != '[') return 2;
  std::size_t i = 2;
  while (i < text.size() && byte_at(text, i) >= 0x20 && byte_at(text, i) <= 0x3F) ++i;
  const bool ends = i < text.size() && byte_at(text, i) >= 0x40 && byte_at(text, i) <= 0x7E;
  return ends ? i + 1 : i;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    if (text[0] == '\x1B') {
      text.remove_prefix(escape_sequence_length(text));
      continue;
    }
    const Character character = decode(text);
    if (is_harmful(character.code)) {
      if (character.code != '\r') plain += kReplacement;
    } else if (character.code == 0xFFFD) {
      plain += kReplacement;
    } else {
      plain += text.substr(0, character.byte_count);
    }
    text.remove_prefix(character.byte_count);
  }
  return plain;
}

std::string plain_line(std::string_view text) {
  auto line = plain_text(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : plain_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string last_lines(std::string_view text, std::size_t line_count, std::size_t width_characters) {
  const auto plain = plain_text(text);
  std::string_view rest = plain;
  while (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
  std::vector<std::string> lines;
  while (lines.size() < line_count && !rest.empty()) {
    const auto newline = rest.rfind('\n');
    const auto line = newline == std::string_view::npos ? rest : rest.substr(newline + 1);
    std::string cut;
    std::size_t width = 0;
    for (auto left = line; !left.empty(); left.remove_prefix(decode(left).byte_count)) {
      if (width++ == width_characters) {
        cut += "…";
        break;
      }
      cut += left.substr(0, decode(left).byte_count);
    }
    lines.push_back(std::move(cut));
    rest = newline == std::string_view::npos ? std::string_view() : rest.substr(0, newline);
  }
  std::string joined;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line != lines.rbegin()) joined += '\n';
    joined += *line;
  }
  return joined;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace banco::report
