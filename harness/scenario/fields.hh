// Records: a map of YAML keys that fills the members of a type. One description per type (key, member,
// format, sentence), and from it follow reading, writing and the JSON Schema.
//
// A type is described by
//     template <> struct Description<T> {
//       static constexpr const char* kNoun = "a link";
//       static const auto& fields();                        // a tuple of Field
//       static const std::vector<std::string>& one_of();    // optional: exactly one of these keys
//     };
// Defaults are what a default-made T holds.
#pragma once

#include <tuple>

#include "harness/scenario/format.hh"

namespace banco::scenario {

enum class Use {
  kOptional,
  kRequired,
  kFolded,  // optional, and its effect is written elsewhere: explain() leaves it out
};

template <typename Owner, typename Value, typename Format>
struct Field {
  const char* key;
  Value Owner::*member;
  Format format;
  const char* sentence;
  Use use = Use::kOptional;
};

template <typename T>
struct Description;

template <typename T>
concept HasOneOf = requires {
  Description<T>::one_of();
};

template <typename T>
std::vector<std::string> keys_of() {
  return std::apply([](const auto&... field) { return std::vector<std::string>{field.key...}; },
                    Description<T>::fields());
}

// The value of `key`, null when the map has none. Throws ScenarioError when `use` requires it.
const Node* find_key(const Reading& reading, const Node& map, const char* key, Use use, const char* noun);

// Throws ScenarioError unless the map has exactly one of the keys.
void check_one_of(const Reading& reading, const Node& map, const char* noun,
                  const std::vector<std::string>& keys);

// Reads one key into `record`. A format may look at the fields before it: read(reading, node, record).
template <typename T, typename F>
void read_field(const Reading& reading, const Node& map, const F& field, T& record) {
  const Node* node = find_key(reading, map, field.key, field.use, Description<T>::kNoun);
  if (node == nullptr) return;
  if constexpr (requires { field.format.read(reading, *node, record); }) {
    record.*(field.member) = field.format.read(reading, *node, record);
  } else {
    record.*(field.member) = field.format.read(reading, *node);
  }
}

// The fields of T from a map whose keys were checked.
template <typename T>
void read_fields(const Reading& reading, const Node& map, T& record) {
  if constexpr (requires { record.where; }) record.where = map.where;
  std::apply([&](const auto&... field) { (read_field(reading, map, field, record), ...); },
             Description<T>::fields());
}

// A whole record, starting from `record` as its default.
template <typename T>
T read_record(const Reading& reading, const Node& map, T record = {}) {
  reading.check_keys(map, Description<T>::kNoun, keys_of<T>());
  if constexpr (HasOneOf<T>) check_one_of(reading, map, Description<T>::kNoun, Description<T>::one_of());
  read_fields(reading, map, record);
  return record;
}

// into[key] = value, unless `value` is null or empty.
void add_member(Json& into, const char* key, Json value);

template <typename T>
void write_fields(const T& record, Json& into) {
  const auto write = [&](const auto& field) {
    if (field.use == Use::kFolded) return;
    add_member(into, field.key, field.format.write(record.*(field.member)));
  };
  std::apply([&](const auto&... field) { (write(field), ...); }, Description<T>::fields());
}

// Adds the key to the schema of an object; `format` is the schema of its value.
void add_property(Json& schema, const char* key, const char* sentence, Use use, const Json& format,
                  Json default_value);

// An object without properties, to which add_property() adds.
Json open_record_schema();

// That exactly one of the keys is there.
void add_one_of(Json& schema, const std::vector<std::string>& keys);

// Adds the properties and required keys of T to the schema of an object.
template <typename T>
void describe_fields(Variables variables, Json& schema) {
  const T defaults{};
  const auto describe = [&](const auto& field) {
    add_property(schema, field.key, field.sentence, field.use, field.format.schema(variables),
                 field.format.write(defaults.*(field.member)));
  };
  std::apply([&](const auto&... field) { (describe(field), ...); }, Description<T>::fields());
}

template <typename T>
struct RecordFormat {
  using Value = T;
  T read(const Reading& reading, const Node& node) const { return read_record<T>(reading, node); }
  Json write(const T& record) const {
    Json result = Json::object();
    write_fields(record, result);
    return result;
  }
  Json schema(Variables variables) const {
    Json result = open_record_schema();
    describe_fields<T>(variables, result);
    if constexpr (HasOneOf<T>) add_one_of(result, Description<T>::one_of());
    return result;
  }
};

}  // namespace banco::scenario
