// JSON as YAML. Any string in double quotes as JSON writes it is YAML too; plain words go without.
#include "harness/scenario/yaml_text.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace banco::scenario {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLineLimit = 100;

// Letters first, so that nothing looks like a number to other readers; none of YAML's own words.
bool is_plain(const std::string& text) {
  static constexpr std::array kYamlWords{"true", "false", "null", "yes", "no", "on", "off"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  if (std::find(kYamlWords.begin(), kYamlWords.end(), text) != kYamlWords.end()) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

// `10s`, `512M`, `10.0.0.1/24`: a figure that its unit keeps from being a number.
bool is_quantity(const std::string& text) {
  static constexpr std::string_view kFigure = "0123456789.";
  const std::size_t unit = text.find_first_not_of(kFigure);
  if (unit == 0 || unit == std::string::npos) return false;
  const std::string rest = text.substr(unit);
  static constexpr std::array kUnits{"s", "ms", "us", "B", "K", "M", "G", "bit", "kbit", "Mbit", "Gbit", "%"};
  return std::find(kUnits.begin(), kUnits.end(), rest) != kUnits.end() || rest.front() == '/';
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (is_plain(text) || is_quantity(text)) return text;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string flow_text(const Json& value) {
  if (!value.is_structured()) return scalar_text(value);
  std::string inside;
  for (const auto& [key, item] : value.items()) {
    if (!inside.empty()) inside += ", ";
    if (value.is_object()) inside += scalar_text(key) + ": ";
    inside += flow_text(item);
  }
  return value.is_object() ? "{" + inside + "}" : "[" + inside + "]";
}

// A list of maps reads better as lines, however short.
bool lists_maps(const Json& value) {
  return value.is_array() &&
         std::any_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
}

// The items of a list or map as lines at `indent`; the first goes on where the text ends when it is `begun`.
void append_block(std::string& text, const Json& value, std::size_t indent, bool begun) {
  for (const auto& [key, item] : value.items()) {
    if (!std::exchange(begun, false)) text.append(indent, ' ');
    text += value.is_object() ? scalar_text(key) + ":" : "-";
    const std::string flow = flow_text(item);
    if (!item.is_structured() || (!lists_maps(item) && indent + flow.size() <= kLineLimit)) {
      text += " " + flow + "\n";
    } else if (value.is_array()) {
      text += ' ';
      append_block(text, item, indent + 2, true);
    } else {
      text += '\n';
      append_block(text, item, indent + 2, false);
    }
  }
}

}  // namespace

std::string yaml_text(const nlohmann::ordered_json& value) {
  std::string text;
  append_block(text, value, 0, false);
  return text;
}

}  // namespace banco::scenario
