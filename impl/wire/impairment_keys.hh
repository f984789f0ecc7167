// The settings of impairments: one key, its values as text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "impl/wire/impairments.hh"

namespace banco::wire {

struct ImpairmentKey {
  std::string_view name;
  std::string_view shape;  // of its values, for people
  std::string_view help;
  // Throws std::invalid_argument with what is wrong with `value`, without naming the key.
  void (*read)(std::string_view value, Impairments& impairments);
  // The value that reads as the same; what is not there is written too.
  std::string (*write)(const Impairments& impairments);
};

std::span<const ImpairmentKey> impairment_keys();

// What the values, each good, do not allow together. Throws std::invalid_argument with a sentence.
void check(const Impairments& impairments);

}  // namespace banco::wire
