#include "impl/wire/settings.hh"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "impl/base/units.hh"
#include "impl/base/words.hh"
#include "impl/wire/impairment_keys.hh"
#include "impl/wire/values.hh"

namespace banco::wire {
namespace {

using base::in_quotes;

constexpr std::size_t kStatesLimit = 64;
constexpr std::size_t kTimetableLimit = 10'000;
constexpr std::size_t kNameLimit = 32;
constexpr Time kTimetableEnd = std::chrono::hours(24 * 365);
constexpr std::uint64_t kLineLimit_bytes = std::uint64_t{16} << 30;
constexpr std::uint64_t kLineLeast = 64 << 10;

// One setting, taken apart.
struct Setting {
  std::optional<Time> at;
  std::optional<Way> way;
  std::string_view state;  // empty: all
  std::string_view key;
  std::string_view value;
};

Setting divide(std::string_view text) {
  Setting setting;
  constexpr std::string_view kAt = "at=";
  if (text.starts_with(kAt)) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
      throw std::invalid_argument("a setting follows the time: at=10s:loss=30%");
    setting.at = read_time(text.substr(kAt.size(), colon - kAt.size()), Time(0), kTimetableEnd);
    text.remove_prefix(colon + 1);
  }
  for (const auto& [prefix, way] : {std::pair{"lr.", kLeftToRight}, std::pair{"rl.", kRightToLeft}}) {
    if (!text.starts_with(prefix)) continue;
    setting.way = way;
    text.remove_prefix(3);
    break;
  }
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos)
    throw std::invalid_argument("a setting is KEY=VALUE, such as delay=20ms");
  setting.key = text.substr(0, sign);
  setting.value = text.substr(sign + 1);
  if (const std::size_t colon = setting.key.find(':'); colon != std::string_view::npos) {
    setting.state = setting.key.substr(0, colon);
    setting.key.remove_prefix(colon + 1);
  }
  return setting;
}

std::size_t index_of(const Settings& settings, std::string_view name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < settings.states.size(); ++i) {
    if (settings.states[i].name == name) return i;
    names.push_back(settings.states[i].name);
  }
  throw std::invalid_argument(
      fmt::format("there is no state {}{}", in_quotes(name), base::suggestion(name, names)));
}

void set_impairment(Settings& settings, const Setting& setting, const ImpairmentKey& key) {
  for (State& state : settings.states) {
    if (!setting.state.empty() && &state != &settings.states[index_of(settings, setting.state)]) continue;
    for (const Way way : kWays)
      if (!setting.way || *setting.way == way) key.read(setting.value, state.ways[way]);
  }
}

void set_likelihood(Settings& settings, const Setting& setting, std::size_t sign) {
  const std::size_t from = index_of(settings, setting.key.substr(0, sign));
  const std::size_t to = index_of(settings, setting.key.substr(sign + 1));
  if (from == to)
    throw std::invalid_argument("a state stays with what the others leave of 100%; this cannot be set");
  std::vector<double>& ratios = settings.states[from].next_ratio;
  ratios[to] = read_ratio(setting.value);
  double sum = 0;
  for (const double ratio : ratios) sum += ratio;
  if (sum > 1 + 1e-12)
    throw std::invalid_argument(fmt::format("state {} would be left with {} in all; at most 100% is possible",
                                            settings.states[from].name, base::percent_text(sum)));
}

// States begin as copies of what was there before.
void set_states(Settings& settings, std::string_view value) {
  if (settings.states.size() > 1) throw std::invalid_argument("the states are named already");
  const State model = settings.states.front();
  std::vector<State> states;
  Words words(value);
  while (const auto name = words.next_if([](std::string_view) { return true; })) {
    const bool good =
        !name->empty() && name->size() <= kNameLimit &&
        name->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
    if (!good)
      throw std::invalid_argument(fmt::format(
          "{} is not a name of at most {} lower-case letters, digits and -", in_quotes(*name), kNameLimit));
    for (const State& state : states)
      if (state.name == *name) throw std::invalid_argument(fmt::format("the state {} stands twice", *name));
    states.push_back(State{std::string(*name), model.ways, {}});
  }
  if (states.size() > kStatesLimit)
    throw std::invalid_argument(fmt::format("a wire has at most {} states", kStatesLimit));
  for (State& state : states) state.next_ratio.assign(states.size(), 0);
  settings.states = std::move(states);
}

// What may change at any time. False when `key` is not of that kind.
bool set_while_running(Settings& settings, const Setting& setting) {
  for (const ImpairmentKey& key : impairment_keys()) {
    if (key.name != setting.key) continue;
    set_impairment(settings, setting, key);
    return true;
  }
  if (setting.way || !setting.state.empty()) return false;
  if (const std::size_t sign = setting.key.find('>'); sign != std::string_view::npos) {
    set_likelihood(settings, setting, sign);
    return true;
  }
  if (setting.key != "step") return false;
  settings.step = read_time(setting.value, std::chrono::milliseconds(1), std::chrono::hours(1));
  return true;
}

bool set_at_start(Settings& settings, const Setting& setting) {
  if (setting.way || !setting.state.empty()) return false;
  if (setting.key == "states") {
    set_states(settings, setting.value);
  } else if (setting.key == "seed") {
    settings.seed = read_integer(setting.value, 0, std::numeric_limits<std::uint64_t>::max());
  } else if (setting.key == "line") {
    settings.line_limit_bytes = read_bytes(setting.value, kLineLeast, kLineLimit_bytes);
  } else if (setting.key == "ctl") {
    if (setting.value.empty()) throw std::invalid_argument("a path is wanted");
    settings.control_path = setting.value;
  } else {
    return false;
  }
  return true;
}

[[noreturn]] void refuse_key(const Setting& setting) {
  std::vector<std::string> known;
  for (const ImpairmentKey& key : impairment_keys()) known.emplace_back(key.name);
  const bool anywhere = !setting.way && setting.state.empty();
  if (anywhere)
    for (const char* key : {"states", "step", "seed", "line", "ctl"}) known.emplace_back(key);
  throw std::invalid_argument(fmt::format("there is no setting {}{}{}", in_quotes(setting.key),
                                          anywhere ? "" : " of a direction or state",
                                          base::suggestion(setting.key, known)));
}

// Runs `work`; what it refuses is said of `text`.
template <typename Work>
void naming(std::string_view text, Work work) {
  try {
    work();
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", text.substr(0, 200), error.what()));
  }
}

void check_all(const Settings& settings) {
  for (const State& state : settings.states)
    for (const Impairments& way : state.ways) check(way);
}

// What the timetable will set must be good now, and what it leads to.
void check_timetable(const Settings& settings) {
  Settings later = settings;
  for (const TimedChange& change : settings.timetable)
    naming(fmt::format("at={}:{}", base::duration_text(change.at), change.setting), [&] {
      if (!set_while_running(later, divide(change.setting))) refuse_key(divide(change.setting));
      check_all(later);
    });
}

void set_one(Settings& settings, std::string_view word) {
  const Setting setting = divide(word);
  if (setting.at) {
    if (settings.timetable.size() == kTimetableLimit)
      throw std::invalid_argument(fmt::format("a timetable has at most {} entries", kTimetableLimit));
    settings.timetable.push_back({*setting.at, std::string(word.substr(word.find(':') + 1))});
  } else if (!set_while_running(settings, setting) && !set_at_start(settings, setting)) {
    refuse_key(setting);
  }
}

}  // namespace

Settings parse_settings(const std::vector<std::string>& words) {
  Settings settings;
  for (const std::string& word : words) naming(word, [&] { set_one(settings, word); });
  check_all(settings);
  std::stable_sort(settings.timetable.begin(), settings.timetable.end(),
                   [](const TimedChange& one, const TimedChange& other) { return one.at < other.at; });
  check_timetable(settings);
  return settings;
}

void change(Settings& settings, const std::vector<std::string>& words) {
  // All that can change; the timetable may be long.
  const std::vector<State> states = settings.states;
  const Time step = settings.step;
  try {
    for (const std::string& word : words)
      naming(word, [&] {
        const Setting setting = divide(word);
        if (setting.at) throw std::invalid_argument("a timetable is part of how a wire begins");
        if (!set_while_running(settings, setting)) refuse_key(setting);
      });
    check_all(settings);
  } catch (...) {
    settings.states = states;
    settings.step = step;
    throw;
  }
}

std::vector<std::string> settings_text(const Settings& settings) {
  std::vector<std::string> all;
  const Impairments usual;
  if (settings.states.size() > 1) {
    std::string names;
    for (const State& state : settings.states) names += (names.empty() ? "" : ",") + state.name;
    all.push_back("states=" + names);
    all.push_back("step=" + base::duration_text(settings.step));
  }
  for (const State& state : settings.states) {
    const std::string prefix = settings.states.size() > 1 ? state.name + ":" : "";
    for (const ImpairmentKey& key : impairment_keys()) {
      const std::string right = key.write(state.ways[kLeftToRight]);
      const std::string left = key.write(state.ways[kRightToLeft]);
      const std::string usually = key.write(usual);
      if (right == left) {
        if (right != usually) all.push_back(fmt::format("{}{}={}", prefix, key.name, right));
        continue;
      }
      if (right != usually) all.push_back(fmt::format("lr.{}{}={}", prefix, key.name, right));
      if (left != usually) all.push_back(fmt::format("rl.{}{}={}", prefix, key.name, left));
    }
    for (std::size_t to = 0; to < state.next_ratio.size(); ++to)
      if (state.next_ratio[to] > 0)
        all.push_back(fmt::format("{}>{}={}", state.name, settings.states[to].name,
                                  base::percent_text(state.next_ratio[to])));
  }
  for (const TimedChange& change : settings.timetable)
    all.push_back(fmt::format("at={}:{}", base::duration_text(change.at), change.setting));
  return all;
}

}  // namespace banco::wire
