// wire:// URLs: [setting/setting…]{VNL}, the nested plugins' syntax of libvdeplug.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banco::wire {

struct WireUrl {
  std::vector<std::string> settings;
  std::string nested;  // a VNL
};

// `url`: what follows wire://. Settings lie between the first `[` and its `]`, divided by `/`; within '…' and
// "…", and behind a backslash, every character stands for itself. `%` needs no care, since nothing is decoded
// here. Throws std::invalid_argument with a sentence.
WireUrl parse_url(std::string_view url);

}  // namespace banco::wire
