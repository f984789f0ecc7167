#include "harness/measure/json.hh"

#include <fmt/format.h>

#include <limits>

namespace banco::measure {

namespace {

std::map<std::string, std::string> to_text_map(const nlohmann::json& value, const char* name) {
  std::map<std::string, std::string> texts;
  bool fits = value.is_object();
  if (fits) {
    for (const auto& [key, text] : value.items()) {
      fits = fits && text.is_string();
      if (fits) texts.emplace(key, text.get<std::string>());
    }
  }
  if (!fits) throw JsonError(fmt::format("\"{}\" must map names to texts", name));
  return texts;
}

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  std::size_t value_count = 0;
  const auto check_bounds = [&](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    if (depth > kJsonDepthLimit)
      throw JsonError(fmt::format("nested deeper than {} levels", kJsonDepthLimit));
    if (++value_count > kJsonValueLimit) throw JsonError(fmt::format("more than {} values", kJsonValueLimit));
    return true;
  };
  try {
    return nlohmann::json::parse(text.begin(), text.end(), check_bounds);
  } catch (const nlohmann::json::parse_error& error) {
    // The library's own text repeats the offending token, however long it is.
    throw JsonError(fmt::format("not valid JSON from byte {} on", error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw JsonError("holds a number beyond the range of a double");
  }
}

const nlohmann::json& json_member(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) throw JsonError(fmt::format("an object with the member \"{}\" is expected", name));
  const auto found = object.find(name);
  if (found == object.end()) throw JsonError(fmt::format("\"{}\" is missing", name));
  return *found;
}

std::string json_text(const nlohmann::json& object, const char* name) {
  const nlohmann::json& member = json_member(object, name);
  if (!member.is_string()) throw JsonError(fmt::format("\"{}\" must be a text", name));
  return member.get<std::string>();
}

double json_number(const nlohmann::json& object, const char* name) {
  const nlohmann::json& member = json_member(object, name);
  if (!member.is_number()) throw JsonError(fmt::format("\"{}\" must be a number", name));
  return member.get<double>();
}

std::int64_t json_integer(const nlohmann::json& object, const char* name, std::int64_t min) {
  const nlohmann::json& member = json_member(object, name);
  const bool fits =
      member.is_number_integer() && (!member.is_number_unsigned() ||
                                     member.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  if (!fits || member.get<std::int64_t>() < min)
    throw JsonError(fmt::format("\"{}\" must be an integer of {} or more", name, min));
  return member.get<std::int64_t>();
}

std::map<std::string, std::string> json_text_map(const nlohmann::json& object, const char* name) {
  return to_text_map(json_member(object, name), name);
}

std::vector<std::map<std::string, std::string>> json_text_map_list(const nlohmann::json& object,
                                                                   const char* name) {
  const nlohmann::json& member = json_member(object, name);
  if (!member.is_array()) throw JsonError(fmt::format("\"{}\" must be a list", name));
  std::vector<std::map<std::string, std::string>> list;
  for (const nlohmann::json& element : member) list.push_back(to_text_map(element, name));
  return list;
}

}  // namespace banco::measure
