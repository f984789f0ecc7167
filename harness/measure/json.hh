// JSON that others wrote (a journal edited by hand, the output of a tool), parsed within bounds, and its
// members taken out with their type checked. journal.cc and harness/tools read through it.
//
// Trust: nothing about the text is believed. Nesting and the number of values are limited while parsing,
// so memory stays within a small multiple of the text; the caller limits the text itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banco::measure {

inline constexpr int kJsonDepthLimit = 32;
inline constexpr std::size_t kJsonValueLimit = 1'000'000;

// What is wrong, as the end of a sentence: `"block" must be an integer of 1 or more`.
class JsonError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws JsonError: not JSON (with the byte), a number beyond double, too deep, too many values.
nlohmann::json parse_json(std::string_view text);

// Members of an object. Each throws JsonError when `object` is none, the member is missing or has another
// type.
const nlohmann::json& json_member(const nlohmann::json& object, const char* name);
std::string json_text(const nlohmann::json& object, const char* name);
double json_number(const nlohmann::json& object, const char* name);
// An integer of `min` or more, at most 2^63-1. A fraction is refused, also 3.0.
std::int64_t json_integer(const nlohmann::json& object, const char* name, std::int64_t min);
std::map<std::string, std::string> json_text_map(const nlohmann::json& object, const char* name);
std::vector<std::map<std::string, std::string>> json_text_map_list(const nlohmann::json& object,
                                                                   const char* name);

}  // namespace banco::measure
