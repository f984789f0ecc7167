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

// Reads one key into `record`. A format may look at the fields before it: read(reading, node, record).
template <typename T, typename F>
void read_field(const Reading& reading, const Node& map, const F& field, T& record) {
  const Node* node = map.find(field.key);
  if (node == nullptr) {
    if (field.use != Use::kRequired) return;
    reading.fail(map.where, fmt::format("{} needs the key {}", Description<T>::kNoun, in_quotes(field.key)));
  }
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
  if constexpr (HasOneOf<T>) {
    std::size_t count = 0;
    for (const std::string& key : Description<T>::one_of()) count += map.find(key) != nullptr ? 1 : 0;
    if (count != 1) {
      reading.fail(map.where, fmt::format("{} needs exactly one of {}", Description<T>::kNoun,
                                          listed(Description<T>::one_of())));
    }
  }
  read_fields(reading, map, record);
  return record;
}

inline bool is_absent(const Json& value) {
  return value.is_null() || (value.is_structured() && value.empty());
}

template <typename T>
void write_fields(const T& record, Json& into) {
  const auto write = [&](const auto& field) {
    if (field.use == Use::kFolded) return;
    Json value = field.format.write(record.*(field.member));
    if (!is_absent(value)) into[field.key] = std::move(value);
  };
  std::apply([&](const auto&... field) { (write(field), ...); }, Description<T>::fields());
}

// Adds the properties and required keys of T to the schema of an object.
template <typename T>
void describe_fields(Variables variables, Json& schema) {
  const T defaults{};
  const auto describe = [&](const auto& field) {
    Json property{{"description", field.sentence}};
    property.update(field.format.schema(variables));
    Json value = field.format.write(defaults.*(field.member));
    if (field.use == Use::kRequired) {
      schema["required"].push_back(field.key);
    } else if (!is_absent(value)) {
      property["default"] = std::move(value);
    }
    schema["properties"][field.key] = std::move(property);
  };
  std::apply([&](const auto&... field) { (describe(field), ...); }, Description<T>::fields());
}

// An object without properties, to which describe_fields() adds.
inline Json open_record_schema() {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"patternProperties", {{"^x-", Json::object()}}}};
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
    if constexpr (HasOneOf<T>) {
      for (const std::string& key : Description<T>::one_of()) {
        result["oneOf"].push_back({{"required", Json::array({key})}});
      }
    }
    return result;
  }
};

}  // namespace banco::scenario
