#include "impl/wire/wirefilter.hh"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

#include "impl/base/file_descriptor.hh"
#include "impl/base/usage_error.hh"
#include "impl/base/words.hh"
#include "impl/wire/settings.hh"

namespace banco::wire {
namespace {

using base::in_quotes;
using base::UsageError;

constexpr int kNodesLimit = 64;
constexpr int kIncludesLimit = 8;
constexpr double kBitsPerMebibyte = 8 * 1024 * 1024;

struct Value {
  double mean = 0;
  double variation = 0;
  bool is_normal = false;
};

struct Node {
  std::string name;
  std::array<std::map<std::string, Value>, 2> values;  // by Way, by parameter
  std::map<int, double> edges_percent;
};

// The parameters that take a value, by the command that sets them.
constexpr std::array<std::pair<std::string_view, char>, 11> kParameters{{{"loss", 'l'},
                                                                         {"lostburst", 'L'},
                                                                         {"delay", 'd'},
                                                                         {"dup", 'D'},
                                                                         {"bandwidth", 'b'},
                                                                         {"band", 'b'},
                                                                         {"speed", 's'},
                                                                         {"chanbufsize", 'c'},
                                                                         {"capacity", 'c'},
                                                                         {"noise", 'n'},
                                                                         {"mtu", 'm'}}};

// The canonical name: the first with that letter.
std::string parameter_of(char letter) {
  for (const auto& [name, its_letter] : kParameters)
    if (its_letter == letter) return std::string(name);
  return {};
}

double take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number >= 0 && number <= 1e15))
    throw UsageError("a value such as LR100+10N is wanted");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

int take_integer(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > most)
    throw UsageError(fmt::format("{} is not a number from 0 to {}", in_quotes(text), most));
  return number;
}

class Reader {
 public:
  Reader() { nodes_.resize(1); }

  void set(const std::string& parameter, std::string_view text) {
    std::vector<Way> ways{kWays.begin(), kWays.end()};
    if (text.starts_with("LR")) ways = {kLeftToRight};
    if (text.starts_with("RL")) ways = {kRightToLeft};
    if (ways.size() == 1) text.remove_prefix(2);
    Value value{.mean = take_number(text)};
    if (text.starts_with('+')) {
      text.remove_prefix(1);
      value.variation = take_number(text);
    }
    for (const auto& [letter, factor] :
         {std::pair{'K', 1024.0}, {'M', 1024.0 * 1024}, {'G', 1024.0 * 1024 * 1024}}) {
      if (!text.starts_with(letter)) continue;
      value.mean *= factor;
      value.variation *= factor;
      text.remove_prefix(1);
      break;
    }
    if (text.starts_with('U') || text.starts_with('N')) {
      value.is_normal = text.front() == 'N';
      text.remove_prefix(1);
    }
    std::size_t node = 0;
    if (const std::size_t open = text.find('['); open != std::string_view::npos && text.ends_with(']')) {
      node = static_cast<std::size_t>(
          take_integer(text.substr(open + 1, text.size() - open - 2), static_cast<int>(nodes_.size()) - 1));
      text = text.substr(0, open);
    }
    if (text.find_first_not_of(' ') != std::string_view::npos)
      throw UsageError(fmt::format("{} has no meaning in a value", in_quotes(text)));
    for (const Way way : ways) nodes_[node].values[way][parameter] = value;
  }

  // One line of an rc file.
  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::string argument;
    if (!(words >> command) || command.starts_with('#')) return;
    std::getline(words >> std::ws, argument);
    while (!argument.empty() && (argument.back() == ' ' || argument.back() == '\r')) argument.pop_back();
    std::replace(command.begin(), command.end(), '/', '-');
    for (const auto& [name, letter] : kParameters)
      if (command == name) return set(parameter_of(letter), argument);
    if (command == "fifo") {
      fifo = take_integer(argument, 1) == 1;
    } else if (command == "markov-numnodes") {
      nodes_.resize(static_cast<std::size_t>(std::max(1, take_integer(argument, kNodesLimit))));
    } else if (command == "markov-setnode") {
      start_ = static_cast<std::size_t>(node_number(argument));
    } else if (command == "markov-time") {
      step_ms_ = std::max(1, take_integer(argument, 3'600'000));
    } else if (command == "markov-name" || command == "markov-setname") {
      const auto [number, name] = divided(argument);
      nodes_[static_cast<std::size_t>(node_number(number))].name = name;
    } else if (command == "setedge" || command == "markov-setedge") {
      set_edge(argument);
    } else if (command == "load") {
      load(argument);
    } else {
      throw UsageError(fmt::format("{} is not a command that sets something", in_quotes(command)));
    }
  }

  void load(const std::string& path) {
    if (++includes_count_ > kIncludesLimit) throw UsageError("rc files load each other without end");
    std::string content;
    try {
      content = base::read_file(path);
    } catch (const std::exception& error) {
      throw UsageError(error.what());
    }
    std::istringstream lines(content);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      try {
        obey(line);
      } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}:{}: {}", path, number, error.what()));
      }
    }
    --includes_count_;
  }

  std::vector<std::string> settings() const {
    std::vector<std::string> result;
    std::vector<std::size_t> order;  // the start comes first
    for (std::size_t i = 0; i < nodes_.size(); ++i) order.push_back(i);
    std::rotate(order.begin(),
                order.begin() + static_cast<std::ptrdiff_t>(std::min(start_, nodes_.size() - 1)),
                order.begin() + static_cast<std::ptrdiff_t>(std::min(start_, nodes_.size() - 1)) + 1);
    if (nodes_.size() > 1) {
      std::string names;
      for (const std::size_t i : order) names += (names.empty() ? "" : ",") + name_of(i);
      result.push_back("states=" + names);
      result.push_back(fmt::format("step={}ms", step_ms_));
    }
    result.emplace_back(fifo ? "fifo=on" : "fifo=off");
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const std::string state = nodes_.size() > 1 ? name_of(i) + ":" : "";
      for (const Way way : kWays)
        add_node(nodes_[i].values[way], (way == kLeftToRight ? "lr." : "rl.") + state, result);
      for (const auto& [to, percent] : nodes_[i].edges_percent)
        if (to < static_cast<int>(nodes_.size()))
          result.push_back(
              fmt::format("{}>{}={:.3f}%", name_of(i), name_of(static_cast<std::size_t>(to)), percent));
    }
    return result;
  }

  bool fifo = true;

 private:
  static std::pair<std::string, std::string> divided(const std::string& argument) {
    const std::size_t comma = argument.find(',');
    if (comma == std::string::npos) throw UsageError("two arguments are wanted, with a comma between");
    return {argument.substr(0, comma), argument.substr(comma + 1)};
  }

  int node_number(std::string_view text) const {
    return take_integer(text, static_cast<int>(nodes_.size()) - 1);
  }

  void set_edge(const std::string& argument) {
    const auto [from, rest] = divided(argument);
    const auto [to, weight] = divided(rest);
    std::string_view percent = weight;
    const double value = take_number(percent);
    if ((percent != "" && percent != "%") || value > 100)
      throw UsageError(fmt::format("{} is not a percentage", in_quotes(weight)));
    const int target = node_number(to);
    if (const int source = node_number(from); source != target)  // what is left over stays anyway
      nodes_[static_cast<std::size_t>(source)].edges_percent[target] = value;
  }

  // A name of ours: lower case, and never the same twice.
  std::string name_of(std::size_t i) const { return fmt::format("node{}", i); }

  static void add_node(const std::map<std::string, Value>& values, const std::string& prefix,
                       std::vector<std::string>& result) {
    const auto mean = [&](const char* name) {
      const auto found = values.find(name);
      return found == values.end() ? 0 : found->second.mean;
    };
    const auto add = [&](const std::string& setting) { result.push_back(prefix + setting); };
    if (const auto delay = values.find("delay"); delay != values.end()) {
      add(fmt::format("delay={:.3f}ms", delay->second.mean));
      const double spread_ms = delay->second.variation / (delay->second.is_normal ? 3 : 1);
      if (spread_ms > 0)
        add(fmt::format("jitter={:.3f}ms,{}", spread_ms, delay->second.is_normal ? "normal" : "uniform"));
    }
    if (values.contains("loss") || values.contains("lostburst")) {
      std::string loss = fmt::format("loss={:.3f}%", std::min(100.0, mean("loss")));
      if (mean("lostburst") >= 1) loss += fmt::format(",burst={}", mean("lostburst"));
      add(loss);
    }
    if (values.contains("dup")) add(fmt::format("duplicate={:.3f}%", std::min(100.0, mean("dup"))));
    if (values.contains("noise")) add(fmt::format("ber={}", std::min(1.0, mean("noise") / kBitsPerMebibyte)));
    if (mean("mtu") > 0) add(fmt::format("mtu={:.0f}", mean("mtu") - vde::kEthernetHeaderBytes));
    double rate_bytes = 0;
    for (const char* name : {"bandwidth", "speed"})
      if (mean(name) > 0) rate_bytes = rate_bytes == 0 ? mean(name) : std::min(rate_bytes, mean(name));
    if (rate_bytes > 0) add(fmt::format("rate={:.3f}kbit", rate_bytes * 8 / 1000));
    if (rate_bytes > 0)
      add(mean("chanbufsize") > 0 ? fmt::format("queue={:.0f}B", std::max(1514.0, mean("chanbufsize")))
                                  : "queue=64M");
  }

  std::vector<Node> nodes_;
  std::size_t start_ = 0;
  int step_ms_ = 100;
  int includes_count_ = 0;
};

enum LongOnly { kDaemon = 256, kPidfile, kMgmtMode, kBlink, kBlinkId };

}  // namespace

WirefilterArguments parse_wirefilter(const std::vector<std::string>& words) {
  static const option kOptions[] = {
      {"rcfile", required_argument, nullptr, 'f'},       {"loss", required_argument, nullptr, 'l'},
      {"lostburst", required_argument, nullptr, 'L'},    {"delay", required_argument, nullptr, 'd'},
      {"dup", required_argument, nullptr, 'D'},          {"bandwidth", required_argument, nullptr, 'b'},
      {"speed", required_argument, nullptr, 's'},        {"chanbufsize", required_argument, nullptr, 'c'},
      {"capacity", required_argument, nullptr, 'c'},     {"noise", required_argument, nullptr, 'n'},
      {"mtu", required_argument, nullptr, 'm'},          {"nofifo", no_argument, nullptr, 'N'},
      {"mgmt", required_argument, nullptr, 'M'},         {"mgmtmode", required_argument, nullptr, kMgmtMode},
      {"vde-plug", required_argument, nullptr, 'v'},     {"daemon", no_argument, nullptr, kDaemon},
      {"pidfile", required_argument, nullptr, kPidfile}, {"blink", required_argument, nullptr, kBlink},
      {"blinkid", required_argument, nullptr, kBlinkId}, {nullptr, 0, nullptr, 0}};
  WirefilterArguments arguments;
  Reader reader;
  std::vector<std::string> copies{"wire"};
  copies.insert(copies.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& copy : copies) argv.push_back(copy.data());
  argv.push_back(nullptr);
  std::string both;
  std::string control_path;
  ::optind = 0;
  ::opterr = 0;
  for (;;) {
    const int letter = ::getopt_long(static_cast<int>(copies.size()), argv.data(),
                                     ":f:l:L:d:D:b:s:c:n:m:NM:v:p:", kOptions, nullptr);
    if (letter < 0) break;
    try {
      switch (letter) {
        case 'f':
          reader.load(::optarg);
          break;
        case 'N':
          reader.fifo = false;
          break;
        case 'M':
          control_path = ::optarg;
          break;
        case 'v':
          both = ::optarg;
          break;
        case 'p':
        case kPidfile:
          arguments.pid_file = ::optarg;
          break;
        case kDaemon:
          arguments.daemon = true;
          break;
        case kMgmtMode:
          arguments.remarks.emplace_back("--mgmtmode: the control socket is for its owner only");
          break;
        case kBlink:
        case kBlinkId:
          arguments.remarks.emplace_back("--blink: nothing blinks; `wire ctl PATH state` counts");
          break;
        case ':':
          throw UsageError("a value is missing");
        case '?':
          throw UsageError("there is no such option of wirefilter");
        default:
          reader.set(parameter_of(static_cast<char>(letter)), ::optarg);
      }
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", argv[static_cast<std::size_t>(::optind - 1)], error.what()));
    }
  }
  std::vector<std::string> networks(copies.begin() + ::optind, copies.end());
  if (!both.empty()) {
    const std::size_t colon = both.find(':');
    if (colon == std::string::npos) throw UsageError("-v wants two switches, with a colon between");
    networks = {both.substr(0, colon), both.substr(colon + 1)};
  }
  if (networks.size() != 2 || networks[0] == "-" || networks[1] == "-")
    throw UsageError(
        "two networks are wanted, by -v LEFT:RIGHT or at the end; standard input and output are none");
  arguments.left = networks[0];
  arguments.right = networks[1];
  arguments.settings = reader.settings();
  if (!control_path.empty()) {
    arguments.settings.push_back("ctl=" + control_path);
    arguments.remarks.emplace_back("-M: the socket is for `wire ctl`, not for a console");
  }
  return arguments;
}

}  // namespace banco::wire
