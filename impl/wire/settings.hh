// Settings of a wire: what is read from a URL, a command line or a control socket, one `KEY=VALUE` at a time.
//
// Shape   [at=TIME:][lr.|rl.][STATE:]KEY=VALUE
//         without lr. (left to right) or rl., both directions are meant; without STATE:, all states. `at=`
//         puts the setting into the timetable. Keys of impairments are listed in impairment_keys.hh; the
//         others are
//           states=NAME,NAME…   states of a Markov chain, common to both directions; the first is the start
//           FROM>TO=RATIO       how likely FROM is followed by TO at each step
//           step=TIME           of the chain
//           seed=NUMBER         of every random decision
//           line=BYTES          memory for frames on their way, of each direction
//           ctl=PATH            a control socket (control.hh)
// Units   those of impl/base/units.hh; `pct` for %, since libvdeplug decodes %HH.
// Trust   every value is checked, and the whole after every change.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/wire/impairments.hh"

namespace banco::wire {

enum Way : std::size_t { kLeftToRight, kRightToLeft };
inline constexpr std::array<Way, 2> kWays{kLeftToRight, kRightToLeft};

struct State {
  std::string name;
  std::array<Impairments, 2> ways;  // by Way
  std::vector<double> next_ratio;   // by state; what is missing to 1 stays here
};

struct TimedChange {
  Time at{0};  // since the wire began
  std::string setting;
};

struct Settings {
  std::vector<State> states = {State{"only", {}, {0.0}}};
  Time step = std::chrono::milliseconds(100);
  std::vector<TimedChange> timetable;  // in the order of time
  std::optional<std::uint64_t> seed;
  std::uint64_t line_limit_bytes = std::uint64_t{64} << 20;
  std::string control_path;
};

// All settings of a wire in one go. Throws std::invalid_argument with a sentence that names the setting.
Settings parse_settings(const std::vector<std::string>& words);

// Changes what may change while the wire runs: impairments, likelihoods, step. `settings` stays as it was
// when something is wrong. Throws std::invalid_argument.
void change(Settings& settings, const std::vector<std::string>& words);

// The settings that `settings` could be made from, without those that are as they would be anyway.
std::vector<std::string> settings_text(const Settings& settings);

}  // namespace banco::wire
