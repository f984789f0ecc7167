#include "harness/scenario/impairments.hh"

#include <fmt/format.h>

#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "harness/scenario/fields.hh"
#include "harness/scenario/switch_abilities.hh"
#include "impl/base/units.hh"

namespace banco::scenario {
namespace {

constexpr std::size_t kValueLimit = 200;

TextFormat plain(const std::string& wanted, const std::string& pattern) {
  return {wanted, pattern, kValueLimit};
}

// A figure with its unit, and words behind commas.
TextFormat with_words(const std::string& wanted, std::string pattern) {
  pattern.pop_back();  // its $
  return {wanted, pattern + "(,[a-z-]+([=:][A-Za-z0-9./_%-]+)?)*$", kValueLimit};
}

}  // namespace

template <>
struct Description<Impairment> {
  static constexpr const char* kNoun = "an impairment";
  static const auto& fields() {
    static const auto result = std::tuple{
        Field{"from", &Impairment::from, plain("one of the two ends", "^[a-z][a-z0-9_-]*$"),
              "Only what this end sends; without it, both directions."},
        Field{"delay", &Impairment::delay, plain("a time such as 20ms", base::duration_pattern()),
              "What every frame is late by."},
        Field{"jitter", &Impairment::jitter,
              with_words("a time such as 2ms or 2ms,normal", base::duration_pattern()),
              "How much delays differ: at most so much, or with normal or pareto this standard deviation."},
        Field{"loss", &Impairment::loss,
              with_words("a percentage such as 1% or 1%,burst=5", base::percent_pattern()),
              "Frames that are lost, each on its own or in bursts of a mean length."},
        Field{"duplicate", &Impairment::duplicate, plain("a percentage such as 1%", base::percent_pattern()),
              "Frames that arrive twice."},
        Field{"ber", &Impairment::ber, plain("a ratio such as 1e-6", "^[0-9.]+(e-?[0-9]+)?$"),
              "Bit error ratio."},
        Field{"reorder", &Impairment::reorder,
              with_words("a percentage such as 1% or 1%,gap=5", base::percent_pattern()),
              "Frames that are not delayed, and so overtake others."},
        Field{"rate", &Impairment::rate,
              with_words("a rate such as 10Mbit or 10Mbit,burst=32K", base::bit_rate_pattern()),
              "Speed of the link."},
        Field{"queue", &Impairment::queue,
              plain("a limit such as 100p, 64K or 100p,fq-codel", "^[0-9]+(p|B|K|M)(,[a-zA-Z0-9=.-]+)*$"),
              "What may wait for the rate, in packets or bytes; then codel or fq-codel, ecn and more."}};
    return result;
  }
};

std::vector<Impairment> ImpairmentsFormat::read(const Reading& reading, const Node& node) const {
  static const ListFormat<RecordFormat<Impairment>> list{
      {}, "a list of two impairments, one for each direction", 1, 2};
  if (node.kind == NodeKind::kList) return list.read(reading, node);
  return {read_record<Impairment>(reading, node)};
}

Json ImpairmentsFormat::write(const Value& impairments) const {
  if (impairments.size() == 1)
    if (Json one = RecordFormat<Impairment>{}.write(impairments.front()); !one.empty()) return one;
  Json result = Json::array();
  for (const Impairment& impairment : impairments)
    result.push_back(RecordFormat<Impairment>{}.write(impairment));
  return result;
}

Json ImpairmentsFormat::schema(Variables variables) const {
  const Json one = RecordFormat<Impairment>{}.schema(variables);
  return {
      {"anyOf", Json::array({one, {{"type", "array"}, {"items", one}, {"minItems", 1}, {"maxItems", 2}}})}};
}

void check_ends(const std::vector<Impairment>& impairments, const std::string& one,
                const std::string& other) {
  std::set<std::string> said;
  for (const Impairment& impairment : impairments) {
    if (!impairment.from.empty() && impairment.from != one && impairment.from != other)
      throw std::invalid_argument(
          fmt::format("{} is not an end of the link between {} and {}", impairment.from, one, other));
    if (!said.insert(impairment.from).second || (said.contains("") && said.size() > 1))
      throw std::invalid_argument("one direction of this link is impaired twice; say `from` in each");
  }
}

void check_place_for_wire(const Switch& node) {
  const SwitchAbilities& abilities = abilities_of(node.type);
  if (abilities.trunks) return;
  throw std::invalid_argument(fmt::format("{} of type {} is {}, where no wire can impair a link", node.name,
                                          node.type, abilities.place));
}

std::vector<std::string> wire_settings(const std::vector<Impairment>& impairments, const std::string& left) {
  std::vector<std::string> settings;
  for (const Impairment& what : impairments) {
    const std::string prefix = what.from.empty() ? "" : what.from == left ? "lr." : "rl.";
    for (const auto& [key, value] : {std::pair{"delay", &what.delay},
                                     {"jitter", &what.jitter},
                                     {"loss", &what.loss},
                                     {"duplicate", &what.duplicate},
                                     {"ber", &what.ber},
                                     {"reorder", &what.reorder},
                                     {"rate", &what.rate},
                                     {"queue", &what.queue}})
      if (!value->empty()) settings.push_back(fmt::format("{}{}={}", prefix, key, *value));
  }
  return settings;
}

}  // namespace banco::scenario
