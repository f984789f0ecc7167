// Whether a YAML text fits the JSON Schema: what an editor would say, for the tests of this folder.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace banco::scenario {

// A YAML text as JSON, scalars typed as YAML 1.2 types them.
nlohmann::ordered_json yaml_to_json(const std::string& yaml);

// What of `value` does not fit `schema`: empty, or a path and a keyword. Knows the keywords that schema()
// uses.
std::string schema_complaint(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& value,
                             const std::string& path = "$");

}  // namespace banco::scenario
