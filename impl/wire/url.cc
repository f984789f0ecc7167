#include "impl/wire/url.hh"

#include <stdexcept>

#include "impl/base/words.hh"

namespace banco::wire {
namespace {

constexpr const char* kExample = "wire://[delay=20ms/loss=1%]{shm:///run/switch}";

// Takes the settings off the front of `rest`, up to and with the `]`.
std::vector<std::string> take_settings(std::string_view& rest) {
  std::vector<std::string> settings;
  std::string setting;
  const auto finish = [&] {
    if (!setting.empty()) settings.push_back(setting);
    setting.clear();
  };
  char quote = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char letter = rest[i];
    if (letter == '\\' && i + 1 < rest.size()) {
      setting += rest[++i];
    } else if (quote != 0) {
      if (letter == quote) {
        quote = 0;
      } else {
        setting += letter;
      }
    } else if (letter == '\'' || letter == '"') {
      quote = letter;
    } else if (letter == ']') {
      finish();
      rest.remove_prefix(i + 1);
      return settings;
    } else if (letter == '/') {
      finish();
    } else {
      setting += letter;
    }
  }
  throw std::invalid_argument(
      std::string(quote != 0 ? "a quote is not closed" : "the [ of the settings is not closed") + "; write " +
      kExample);
}

}  // namespace

WireUrl parse_url(std::string_view url) {
  WireUrl result;
  std::string_view rest = url;
  if (rest.starts_with('[')) {
    rest.remove_prefix(1);
    result.settings = take_settings(rest);
  }
  if (rest.size() < 3 || !rest.starts_with('{') || !rest.ends_with('}'))
    throw std::invalid_argument(base::in_quotes(url) + " does not end with a network in braces; write " +
                                kExample);
  result.nested = rest.substr(1, rest.size() - 2);
  return result;
}

}  // namespace banco::wire
