// Quantities as people write them: a figure and its unit, `10s`, `512M`, `1Gbit`, `0.1%`.
//
// Shape: up to nine digits, up to three decimals, the unit, nothing between; so that a figure written back
// by to_text() reads as the same value. A figure without unit is an error.
// Units: s, ms, us (time); B and the binary K, M, G (bytes: 1K is 1024B); bit, kbit, Mbit, Gbit (rates,
// decimal: 1kbit is 1000 bit/s); % (ratio).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace banco::base {

// Each throws std::invalid_argument with a sentence that quotes the text and gives examples.
std::chrono::nanoseconds parse_duration(std::string_view text);
std::uint64_t parse_bytes(std::string_view text);  // refuses fractions of a byte
double parse_bit_rate(std::string_view text);      // bit/s
double parse_percent(std::string_view text);       // "50%" is 0.5

// In the largest unit that divides the value.
std::string duration_text(std::chrono::nanoseconds duration);
std::string bytes_text(std::uint64_t bytes);
std::string bit_rate_text(double rate_bps);
std::string percent_text(double ratio);

// The same shapes as regular expressions, for the JSON Schema.
std::string duration_pattern();
std::string bytes_pattern();
std::string bit_rate_pattern();
std::string percent_pattern();

}  // namespace banco::base
