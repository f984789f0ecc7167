#include "harness/network/wire.hh"

#include "harness/machine/lab.hh"

namespace banco::network {

std::string wire_url(const WireSpec& spec, const std::string& url) {
  std::string text = "wire://[";
  // Quoted, since values may hold the slash that divides settings; none holds a quote.
  for (const std::string& setting : spec.settings) text += "'" + setting + "'/";
  return text + "'ctl=" + spec.control.string() + "']{" + url + "}";
}

std::vector<std::string> wire_command(const WireSpec& spec, const std::string& left,
                                      const std::string& right) {
  std::vector<std::string> words{"wire", left, right};
  words.insert(words.end(), spec.settings.begin(), spec.settings.end());
  words.push_back("ctl=" + spec.control.string());
  return words;
}

std::string netdev_words(const std::string& url) {
  std::string words = "vde,sock=";
  for (const char letter : url) words += letter == ',' ? std::string(",,") : std::string(1, letter);
  return words;
}

std::filesystem::path wire_control(const std::string& link) {
  return machine::kLabDirectory / ("wire-" + link);
}

}  // namespace banco::network
