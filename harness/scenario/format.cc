// Formats that are no templates.
#include "harness/scenario/format.hh"

namespace banco::scenario {

Json or_variable(Json schema, Variables variables) {
  if (variables == Variables::kNone) return schema;
  return {{"anyOf", Json::array({std::move(schema), {{"type", "string"}, {"pattern", "\\$\\{"}}})}};
}

Json integer_schema(Json min, Json max, Variables variables) {
  return or_variable({{"type", "integer"}, {"minimum", std::move(min)}, {"maximum", std::move(max)}},
                     variables);
}

Json words_schema(const std::vector<std::string>& words, Variables variables) {
  return or_variable(words.size() == 1 ? Json{{"const", words[0]}} : Json{{"enum", words}}, variables);
}

Json pattern_schema(const std::string& pattern, Variables variables) {
  return or_variable({{"type", "string"}, {"pattern", pattern}}, variables);
}

Json list_schema(Json items, std::size_t min, std::size_t max) {
  Json result{{"type", "array"}, {"items", std::move(items)}};
  if (min > 0) result["minItems"] = min;
  if (max < kPlanLimit) result["maxItems"] = max;
  return result;
}

bool BoolFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "true or false");
  if (text == "true" || text == "on") return true;
  if (text == "false" || text == "off") return false;
  reading.fail(node, fmt::format("{} is neither true nor false", base::in_quotes(text)));
}

Json BoolFormat::schema(Variables variables) const {
  return or_variable({{"enum", {true, false, "on", "off"}}}, variables);
}

double DecimalFormat::read(const Reading& reading, const Node& node) const {
  const std::string wanted = fmt::format("a number from {} to {}", min, max);
  const std::string text = reading.text(node, wanted);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool is_in_range = value >= min && value <= max;  // not so NaN
  if (error != std::errc{} || end != text.data() + text.size() || !is_in_range)
    reading.fail(node, fmt::format("{} is not {}", base::in_quotes(text), wanted));
  return value;
}

Json DecimalFormat::schema(Variables variables) const {
  return or_variable({{"type", "number"}, {"minimum", min}, {"maximum", max}}, variables);
}

std::string TextFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, wanted);
  if (text.size() > max || !shape.matches_all(text)) {  // which recurses: length first
    reading.fail(node, fmt::format("{} is not {}", base::in_quotes(text), wanted));
  }
  return text;
}

Json TextFormat::write(const std::string& value) const {
  return value.empty() ? Json() : Json(value);
}

Json TextFormat::schema(Variables variables) const {
  return or_variable({{"type", "string"}, {"pattern", pattern}, {"maxLength", max}}, variables);
}

std::chrono::milliseconds DurationFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "a time such as 10s, 200ms or 5us");
  const auto duration = reading.at(node, [&] { return base::parse_duration(text); });
  if (duration < min || duration > max) {
    reading.fail(node, fmt::format("{} is not a time from {} to {}", base::in_quotes(text),
                                   base::duration_text(min), base::duration_text(max)));
  }
  if (duration % step != std::chrono::nanoseconds::zero()) {
    reading.fail(node,
                 fmt::format("{} is not a multiple of {}", base::in_quotes(text), base::duration_text(step)));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

double PercentFormat::read(const Reading& reading, const Node& node) const {
  const std::string text = reading.text(node, "a percentage such as 50%");
  const double ratio = reading.at(node, [&] { return base::parse_percent(text); });
  if (ratio <= 0 || ratio > 10) {
    reading.fail(node, fmt::format("{} is not a percentage above 0% and up to 1000%", base::in_quotes(text)));
  }
  return ratio;
}

}  // namespace banco::scenario
