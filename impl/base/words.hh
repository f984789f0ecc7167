// Words of messages: quoting what a file said, listing what could have been said, finding what was meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banco::base {

// `text` in double quotes, at most 60 bytes of it, control characters as \xNN: fit for one line.
std::string in_quotes(std::string_view text);

// "a", "b" or "c"; at most 12 of them, then "…".
std::string listed(const std::vector<std::string>& words);

// The candidate that takes the fewest edits from `word`, if they are few enough to be a slip.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

// `; did you mean "cpus"?` when there is a nearest candidate; otherwise `; known: "a", "b"`.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace banco::base
