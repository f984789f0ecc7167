#include "impl/wire/values.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

#include "impl/base/units.hh"
#include "impl/base/words.hh"

namespace banco::wire {
namespace {

using base::in_quotes;

template <typename Number>
Number read_figure(std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= least && number <= most))
    throw std::invalid_argument(
        fmt::format("{} is not a number from {} to {}", in_quotes(text), least, most));
  return number;
}

}  // namespace

Time read_time(std::string_view text, Time least, Time most) {
  const Time time = base::parse_duration(text);
  if (time < least || time > most)
    throw std::invalid_argument(fmt::format("{} is not a time from {} to {}", in_quotes(text),
                                            base::duration_text(least), base::duration_text(most)));
  return time;
}

std::uint64_t read_bytes(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const std::uint64_t bytes = base::parse_bytes(text);
  if (bytes < least || bytes > most)
    throw std::invalid_argument(fmt::format("{} is not a size from {} to {}", in_quotes(text),
                                            base::bytes_text(least), base::bytes_text(most)));
  return bytes;
}

double read_ratio(std::string_view text) {
  std::string percent(text);
  if (percent.ends_with("pct")) percent.replace(percent.size() - 3, 3, "%");
  const double ratio = base::parse_percent(percent);
  if (ratio > 1) throw std::invalid_argument(fmt::format("{} is more than 100%", in_quotes(text)));
  return ratio;
}

double read_number(std::string_view text, double least, double most) {
  return read_figure(text, least, most);
}

std::uint64_t read_integer(std::string_view text, std::uint64_t least, std::uint64_t most) {
  return read_figure(text, least, most);
}

Words::Words(std::string_view text) {
  for (std::size_t start = 0;;) {
    const std::size_t comma = text.find(',', start);
    words_.push_back(text.substr(start, comma - start));
    if (comma == std::string_view::npos) return;
    start = comma + 1;
  }
}

std::string_view Words::first() {
  if (words_.empty()) return {};
  const std::string_view word = words_.front();
  words_.erase(words_.begin());
  return word;
}

bool Words::flag(std::string_view word) {
  const auto found = std::find(words_.begin(), words_.end(), word);
  if (found == words_.end()) return false;
  words_.erase(found);
  return true;
}

std::optional<std::string_view> Words::named(std::string_view name, char sign) {
  const auto found = std::find_if(words_.begin(), words_.end(), [&](std::string_view word) {
    return word.starts_with(name) && word.size() > name.size() && word[name.size()] == sign;
  });
  if (found == words_.end()) return std::nullopt;
  const std::string_view value = found->substr(name.size() + 1);
  words_.erase(found);
  return value;
}

void Words::finish() const {
  if (!words_.empty()) throw std::invalid_argument(in_quotes(words_.front()) + " has no meaning here");
}

}  // namespace banco::wire
