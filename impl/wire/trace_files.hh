// Files that impairments come from: tables of jitter and lists of lost frames. Numbers between white space,
// `#` begins a comment; at most 16 MiB. What is wrong throws std::invalid_argument with file and line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace banco::wire {

// A distribution as netem(8) has it in /usr/lib/tc: whole numbers, 8192 is one standard deviation.
std::shared_ptr<const std::vector<double>> read_jitter_table(const std::string& path);

// Numbers of lost frames, ascending; the first frame is 1.
std::shared_ptr<const std::vector<std::uint64_t>> read_loss_trace(const std::string& path);

}  // namespace banco::wire
