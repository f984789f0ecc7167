// What reading and writing of records have in common, whatever the record.
#include "harness/scenario/fields.hh"

#include <algorithm>

namespace banco::scenario {

const Node* find_key(const Reading& reading, const Node& map, const char* key, Use use, const char* noun) {
  const Node* node = map.find(key);
  if (node == nullptr && use == Use::kRequired) {
    reading.fail(map.where, fmt::format("{} needs the key {}", noun, base::in_quotes(key)));
  }
  return node;
}

void check_one_of(const Reading& reading, const Node& map, const char* noun,
                  const std::vector<std::string>& keys) {
  const auto there = [&](const std::string& key) { return map.find(key) != nullptr; };
  if (std::count_if(keys.begin(), keys.end(), there) == 1) return;
  reading.fail(map.where, fmt::format("{} needs exactly one of {}", noun, base::listed(keys)));
}

namespace {

bool is_absent(const Json& value) {
  return value.is_null() || (value.is_structured() && value.empty());
}

}  // namespace

void add_member(Json& into, const char* key, Json value) {
  if (!is_absent(value)) into[key] = std::move(value);
}

void add_property(Json& schema, const char* key, const char* sentence, Use use, const Json& format,
                  Json default_value) {
  Json property{{"description", sentence}};
  property.update(format);
  if (use == Use::kRequired) {
    schema["required"].push_back(key);
  } else {
    add_member(property, "default", std::move(default_value));
  }
  schema["properties"][key] = std::move(property);
}

Json open_record_schema() {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"patternProperties", {{"^x-", Json::object()}}}};
}

void add_one_of(Json& schema, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) schema["oneOf"].push_back({{"required", Json::array({key})}});
}

}  // namespace banco::scenario
