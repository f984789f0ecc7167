// Formats: how one kind of value is written in YAML. A format reads a node, writes a value back as JSON and
// says the same as JSON Schema; fields.hh builds records of them.
//
// Shape of a format:
//     using Value = …;
//     Value read(const Reading&, const Node&) const;      throws ScenarioError
//     Json write(const Value&) const;                     null for an absent value
//     Json schema(Variables) const;
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/scenario/pattern.hh"
#include "harness/scenario/reading.hh"
#include "impl/base/units.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

using Json = nlohmann::ordered_json;

// Whether `${name}` may stand in place of the value.
enum class Variables { kNone, kAllowed };

// `schema`, or any text that holds a variable.
Json or_variable(Json schema, Variables variables);

// Schemas of kinds of value. Not within the templates, since code that builds JSON is slow to compile.
Json integer_schema(Json min, Json max, Variables variables);
Json words_schema(const std::vector<std::string>& words, Variables variables);
Json pattern_schema(const std::string& pattern, Variables variables);
Json list_schema(Json items, std::size_t min, std::size_t max);

struct BoolFormat {
  using Value = bool;
  bool read(const Reading& reading, const Node& node) const;
  Json write(bool value) const { return value; }
  Json schema(Variables variables) const;
};

template <typename Integer>
struct IntegerFormat {
  using Value = Integer;
  Integer min = std::numeric_limits<Integer>::min();
  Integer max = std::numeric_limits<Integer>::max();

  Integer read(const Reading& reading, const Node& node) const {
    const std::string wanted = min == max ? fmt::format("{}, which is all there is", min)
                                          : fmt::format("a whole number from {} to {}", min, max);
    const std::string text = reading.text(node, wanted);
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
      reading.fail(node, fmt::format("{} is not {}", base::in_quotes(text), wanted));
    }
    return value;
  }
  Json write(Integer value) const { return value; }
  Json schema(Variables variables) const { return integer_schema(min, max, variables); }
};

// A figure without unit, such as 0.5.
struct DecimalFormat {
  using Value = double;
  double min;
  double max;

  double read(const Reading& reading, const Node& node) const;
  Json write(double value) const { return value; }
  Json schema(Variables variables) const;
};

// One line of text, at most `max` bytes, that matches `pattern`; `wanted` says in words what that is.
struct TextFormat {
  using Value = std::string;
  std::string wanted;
  std::string pattern;
  std::size_t max;
  Pattern shape{pattern};

  std::string read(const Reading& reading, const Node& node) const;
  Json write(const std::string& value) const;
  Json schema(Variables variables) const;
};

// The same, with its place: for text whose meaning is checked later.
struct Located {
  std::string text;
  Position where;
};

struct LocatedFormat {
  using Value = Located;
  TextFormat inner;

  Located read(const Reading& reading, const Node& node) const {
    return {inner.read(reading, node), node.where};
  }
  Json write(const Located& value) const { return inner.write(value.text); }
  Json schema(Variables variables) const { return inner.schema(variables); }
};

// One word of a list, each with its value.
template <typename Word>
struct WordFormat {
  using Value = Word;
  std::vector<std::pair<std::string, Word>> words;

  Word read(const Reading& reading, const Node& node) const {
    const std::string text = reading.text(node, base::listed(names()));
    for (const auto& [name, value] : words) {
      if (name == text) return value;
    }
    reading.fail(node, fmt::format("{} is not {}", base::in_quotes(text), base::listed(names())));
  }
  Json write(const Word& word) const {
    for (const auto& [name, value] : words) {
      if (value == word) return name;
    }
    return {};
  }
  Json schema(Variables variables) const { return words_schema(names(), variables); }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& [name, value] : words) result.push_back(name);
    return result;
  }
};

// A time in whole `step`s.
struct DurationFormat {
  using Value = std::chrono::milliseconds;
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;
  std::chrono::milliseconds step;

  std::chrono::milliseconds read(const Reading& reading, const Node& node) const;
  Json write(std::chrono::milliseconds value) const { return base::duration_text(value); }
  Json schema(Variables variables) const { return pattern_schema(base::duration_pattern(), variables); }
};

template <typename Integer>
struct BytesFormat {
  using Value = Integer;
  std::uint64_t min;
  std::uint64_t max;
  bool zero_is_absent = false;  // 0 stands for "not said"

  Integer read(const Reading& reading, const Node& node) const {
    const std::string text = reading.text(node, "a size such as 512M, 2G or 1400B");
    const std::uint64_t bytes = reading.at(node, [&] { return base::parse_bytes(text); });
    if (bytes < min || bytes > max) {
      reading.fail(node, fmt::format("{} is not a size from {} to {}", base::in_quotes(text),
                                     base::bytes_text(min), base::bytes_text(max)));
    }
    return static_cast<Integer>(bytes);
  }
  Json write(Integer bytes) const {
    if (zero_is_absent && bytes == 0) return {};
    return base::bytes_text(static_cast<std::uint64_t>(bytes));
  }
  Json schema(Variables variables) const { return pattern_schema(base::bytes_pattern(), variables); }
};

// A percentage above zero, at most 1000%; the value is the ratio.
struct PercentFormat {
  using Value = double;
  double read(const Reading& reading, const Node& node) const;
  Json write(double ratio) const { return base::percent_text(ratio); }
  Json schema(Variables variables) const { return pattern_schema(base::percent_pattern(), variables); }
};

template <typename Format>
struct ListFormat {
  using Value = std::vector<typename Format::Value>;
  Format inner;
  std::string wanted;
  std::size_t min = 0;
  std::size_t max = kPlanLimit;

  Value read(const Reading& reading, const Node& node) const {
    reading.expect(node, NodeKind::kList, wanted);
    if (node.items.size() < min || node.items.size() > max) {
      reading.fail(node, fmt::format("this wants {}, but the list has {}", wanted, node.items.size()));
    }
    Value values;
    for (const auto& item : node.items) values.push_back(inner.read(reading, *item));
    return values;
  }
  Json write(const Value& values) const {
    Json list = Json::array();
    for (const auto& value : values) list.push_back(inner.write(value));
    return list;
  }
  Json schema(Variables variables) const { return list_schema(inner.schema(variables), min, max); }
};

template <typename Format>
struct OptionalFormat {
  using Value = std::optional<typename Format::Value>;
  Format inner;

  Value read(const Reading& reading, const Node& node) const { return inner.read(reading, node); }
  Json write(const Value& value) const { return value ? inner.write(*value) : Json(); }
  Json schema(Variables variables) const { return inner.schema(variables); }
};

}  // namespace banco::scenario
