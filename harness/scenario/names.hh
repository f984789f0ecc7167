// Names of nodes as files write them: ranges `vm[1-8]` where nodes are made, ranges and globs `vm*` where
// they are meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banco::scenario {

inline constexpr std::size_t kNodeLimit = 1024;  // nodes of one cell

// What a node may be called: a host name, short enough to begin an interface's name in messages and files.
inline constexpr std::string_view kNodeNamePattern = "^[a-z][a-z0-9-]{0,31}$";

// `vm[1-3]` → vm1, vm2, vm3; a name without brackets → itself.
// Throws std::invalid_argument: malformed or reversed range, more than kNodeLimit names, no proper name.
std::vector<std::string> expand_range(std::string_view pattern);

// Whether `pattern`, where `*` stands for any characters and `?` for one, matches all of `name`.
bool matches_glob(std::string_view pattern, std::string_view name);

// Those of `names` that `pattern` (a name, a range or a glob) means, in the order of `names`.
// Throws std::invalid_argument with the nearest name when there is none.
std::vector<std::string> select_names(std::string_view pattern, const std::vector<std::string>& names);

}  // namespace banco::scenario
