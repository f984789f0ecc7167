// A validator for the JSON Schema keywords that schema() uses; it throws on any other.
#include "harness/scenario/schema_check.hh"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "harness/scenario/pattern.hh"

namespace banco::scenario {

namespace {

using Json = nlohmann::ordered_json;

Json scalar_to_json(const YAML::Node& node) {
  static const Pattern integer("[-+]?[0-9]+");
  static const Pattern number("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?");
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // in quotes
  if (text == "true" || text == "false") return text == "true";
  if (integer.matches_all(text) && text.size() < 19) return std::stoll(text);
  if (number.matches_all(text)) return std::stod(text);
  return text;
}

Json node_to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    Json result = Json::object();
    for (const auto& entry : node) result[entry.first.Scalar()] = node_to_json(entry.second);
    return result;
  }
  if (node.IsSequence()) {
    Json result = Json::array();
    for (const auto& item : node) result.push_back(node_to_json(item));
    return result;
  }
  return node.IsScalar() ? scalar_to_json(node) : Json();
}

bool has_type(const Json& value, const Json& type) {
  if (type.is_array())
    return std::any_of(type.begin(), type.end(), [&](const Json& t) { return has_type(value, t); });
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer()) || (type == "number" && value.is_number());
}

bool fits(const Json& schema, const Json& value) {
  return schema_complaint(schema, value).empty();
}

std::string object_complaint(const Json& schema, const Json& value, const std::string& path) {
  for (const Json& key : schema.value("required", Json::array())) {
    if (!value.contains(key.get<std::string>())) return path + " required " + key.dump();
  }
  const Json properties = schema.value("properties", Json::object());
  const Json patterns = schema.value("patternProperties", Json::object());
  for (const auto& [key, item] : value.items()) {
    if (schema.contains("propertyNames") && !fits(schema["propertyNames"], key))
      return path + " propertyNames " + key;
    const Json* rule = properties.contains(key) ? &properties[key] : nullptr;
    for (const auto& [pattern, other] : patterns.items()) {
      if (rule == nullptr && Pattern(pattern).matches_part(key)) rule = &other;
    }
    if (rule == nullptr && schema.contains("additionalProperties")) rule = &schema["additionalProperties"];
    if (rule == nullptr) continue;
    if (const auto complaint = schema_complaint(*rule, item, path + "." + key); !complaint.empty())
      return complaint;
  }
  return "";
}

std::string array_complaint(const Json& schema, const Json& value, const std::string& path) {
  if (value.size() < schema.value("minItems", std::size_t{0})) return path + " minItems";
  if (value.size() > schema.value("maxItems", std::size_t{1} << 40)) return path + " maxItems";
  std::set<std::string> known;
  for (const Json& item : value) {
    if (schema.value("uniqueItems", false) && !known.insert(item.dump()).second) return path + " uniqueItems";
    if (!schema.contains("items")) continue;
    if (const auto complaint = schema_complaint(schema["items"], item, path + "[]"); !complaint.empty()) {
      return complaint;
    }
  }
  return "";
}

std::string scalar_complaint(const Json& schema, const Json& value, const std::string& path) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (schema.contains("pattern") && !Pattern(schema["pattern"].get<std::string>()).matches_part(text)) {
      return path + " pattern " + schema["pattern"].get<std::string>();
    }
    if (text.size() > schema.value("maxLength", std::size_t{1} << 40)) return path + " maxLength";
  }
  if (value.is_number()) {
    if (schema.contains("minimum") && value.get<double>() < schema["minimum"].get<double>())
      return path + " minimum";
    if (schema.contains("maximum") && value.get<double>() > schema["maximum"].get<double>())
      return path + " maximum";
  }
  return "";
}

std::string choice_complaint(const Json& schema, const Json& value, const std::string& path) {
  const auto matching = [&](const char* keyword) {
    const Json& options = schema[keyword];
    return std::count_if(options.begin(), options.end(),
                         [&](const Json& option) { return fits(option, value); });
  };
  if (schema.contains("anyOf") && matching("anyOf") == 0) return path + " anyOf";
  if (schema.contains("oneOf") && matching("oneOf") != 1) return path + " oneOf";
  if (!schema.contains("if")) return "";
  return schema_complaint(schema[fits(schema["if"], value) ? "then" : "else"], value, path);
}

void check_keywords(const Json& schema) {
  static const std::set<std::string> known{"$schema",
                                           "title",
                                           "description",
                                           "default",
                                           "type",
                                           "enum",
                                           "const",
                                           "pattern",
                                           "maxLength",
                                           "minimum",
                                           "maximum",
                                           "minItems",
                                           "maxItems",
                                           "items",
                                           "uniqueItems",
                                           "properties",
                                           "propertyNames",
                                           "patternProperties",
                                           "required",
                                           "anyOf",
                                           "oneOf",
                                           "if",
                                           "then",
                                           "else",
                                           "additionalProperties"};
  for (const auto& [key, rule] : schema.items()) {
    if (!known.contains(key)) throw std::logic_error("the validator of the tests does not know " + key);
  }
}

}  // namespace

Json yaml_to_json(const std::string& yaml) {
  return node_to_json(YAML::Load(yaml));
}

std::string schema_complaint(const Json& schema, const Json& value, const std::string& path) {
  if (schema.is_boolean()) return schema.get<bool>() ? "" : path + " unknown";
  check_keywords(schema);
  if (schema.contains("type") && !has_type(value, schema["type"]))
    return path + " type " + schema["type"].dump();
  if (schema.contains("const") && value != schema["const"]) return path + " const";
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    return path + " enum";
  }
  std::string complaint = choice_complaint(schema, value, path);
  if (complaint.empty()) complaint = scalar_complaint(schema, value, path);
  if (complaint.empty() && value.is_object()) complaint = object_complaint(schema, value, path);
  if (complaint.empty() && value.is_array()) complaint = array_complaint(schema, value, path);
  return complaint;
}

}  // namespace banco::scenario
