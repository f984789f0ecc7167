// Values of settings as text: figures within their range, and words between commas.
// All throw std::invalid_argument with what is wrong, for the caller to put the setting's name before.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "impl/wire/time.hh"

namespace banco::wire {

Time read_time(std::string_view text, Time least, Time most);
std::uint64_t read_bytes(std::string_view text, std::uint64_t least, std::uint64_t most);
// `0.1%` or `0.1pct`, from 0 to 100.
double read_ratio(std::string_view text);
double read_number(std::string_view text, double least, double most);
std::uint64_t read_integer(std::string_view text, std::uint64_t least, std::uint64_t most);

// `20%,burst=5,ecn`: taken out by name or by order, and then nothing may be left.
class Words {
 public:
  explicit Words(std::string_view text);

  std::string_view first();
  // The next word, when `wanted`.
  template <typename Wanted>
  std::optional<std::string_view> next_if(Wanted wanted) {
    if (words_.empty() || !wanted(words_.front())) return std::nullopt;
    return first();
  }
  bool flag(std::string_view word);
  // What stands behind `name` and `sign`.
  std::optional<std::string_view> named(std::string_view name, char sign = '=');
  void finish() const;

 private:
  std::vector<std::string_view> words_;
};

}  // namespace banco::wire
