// Formats that are no templates.
#include "harness/scenario/format.hh"

namespace banco::scenario {

Json or_variable(Json schema, Variables variables) {
  if (variables == Variables::kNone) return schema;
  return {{"anyOf", Json::array({std::move(schema), {{"type", "string"}, {"pattern", "\\$\\{"}}})}};
}

bool BoolFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "true or false");
  if (text == "true" || text == "on") return true;
  if (text == "false" || text == "off") return false;
  reading.fail(node, fmt::format("{} is neither true nor false", in_quotes(text)));
}

Json BoolFormat::schema(Variables variables) const {
  return or_variable({{"enum", {true, false, "on", "off"}}}, variables);
}

std::string TextFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, wanted);
  if (text.size() > max || !std::regex_match(text, shape)) {  // std::regex recurses: length first
    reading.fail(node, fmt::format("{} is not {}", in_quotes(text), wanted));
  }
  return text;
}

std::chrono::milliseconds DurationFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "a time such as 10s, 200ms or 5us");
  const auto duration = reading.at(node, [&] { return parse_duration(text); });
  if (duration < min || duration > max) {
    reading.fail(node, fmt::format("{} is not a time from {} to {}", in_quotes(text), duration_text(min),
                                   duration_text(max)));
  }
  if (duration % step != std::chrono::nanoseconds::zero()) {
    reading.fail(node, fmt::format("{} is not a multiple of {}", in_quotes(text), duration_text(step)));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

double PercentFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "a percentage such as 50%");
  const double ratio = reading.at(node, [&] { return parse_percent(text); });
  if (ratio <= 0 || ratio > 10) {
    reading.fail(node, fmt::format("{} is not a percentage above 0% and up to 1000%", in_quotes(text)));
  }
  return ratio;
}

}  // namespace banco::scenario
