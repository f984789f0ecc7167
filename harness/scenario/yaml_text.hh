// JSON values as YAML that people like to read: blocks outside, one-line { } and [ ] where they fit.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace banco::scenario {

// `value` is an object; ends in a newline.
std::string yaml_text(const nlohmann::ordered_json& value);

}  // namespace banco::scenario
