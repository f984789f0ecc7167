// Text from outside (names, reasons, what a console said) made safe to show: on a terminal, in HTML.
//
// Trust: any bytes may come in. What goes out is valid UTF-8 without control characters but newline and
// tab, without terminal escape sequences and without marks that reverse the direction of writing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace banco::report {

// `text` as plain text: escape sequences and carriage returns are dropped, and every byte or character
// that must not be shown becomes U+FFFD.
std::string plain_text(std::string_view text);

// plain_text() on one line: newlines and tabs become spaces.
std::string plain_line(std::string_view text);

// plain_text() with & < > " ' as character references: for content and for quoted attributes.
std::string escape_html(std::string_view text);

// The last `line_count` lines of plain_text(text), each cut to `width_characters`; no newline at the end.
std::string last_lines(std::string_view text, std::size_t line_count, std::size_t width_characters = 300);

// Characters (code points) of valid UTF-8.
std::size_t width_of(std::string_view text);

}  // namespace banco::report
