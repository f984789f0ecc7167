// What is wrong with a file before it is YAML at all: its size, its bytes, its tabs.
#pragma once

#include <string>
#include <string_view>

namespace banco::scenario {

// Throws ScenarioError: beyond kFileLimitBytes, not UTF-8, control characters, tabs as indentation.
void check_text(std::string_view text, const std::string& file);

}  // namespace banco::scenario
