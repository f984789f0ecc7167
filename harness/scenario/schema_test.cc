// The published schema is the one the code describes, and the manual knows every key of it.
#include <gmock/gmock.h>

#include <set>

#include "harness/scenario/parse.hh"
#include "harness/scenario/schema_check.hh"
#include "harness/scenario/testing.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::scenario {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::StartsWith;

// Calls `take` with each key that a file may have, and its schema.
template <typename Take>
void each_property(const Json& schema, Take take) {
  if (!schema.is_structured()) return;
  for (const auto& [keyword, rule] : schema.items()) {
    if (keyword == "properties") {
      for (const auto& [key, property] : rule.items()) take(key, property);
    }
    if (keyword != "default" && keyword != "if") each_property(rule, take);
  }
}

TEST(Schema, IsTheOneThatIsPublished) {
  EXPECT_TRUE(base::read_file(PROJECT_SOURCE_DIR "/scenarios/schema/scenario-v1.json") ==
              schema().dump(2) + "\n")
      << "write it again: banco schema > scenarios/schema/scenario-v1.json";
}

TEST(Schema, IsNamedInTheFirstLineOfEveryScenario) {
  for (const auto& file : scenario_files()) {
    EXPECT_THAT(base::read_file(file),
                StartsWith("# yaml-language-server: $schema=../schema/scenario-v1.json\n"))
        << file;
  }
}

TEST(Schema, TakesEveryScenario) {
  for (const auto& file : scenario_files()) {
    EXPECT_EQ(schema_complaint(schema(), yaml_to_json(base::read_file(file))), "") << file;
  }
}

TEST(Schema, DescribesEveryKey) {
  int count = 0;
  each_property(schema(), [&](const std::string& key, const Json& property) {
    ++count;
    EXPECT_THAT(property.value("description", ""), testing::EndsWith(".")) << key;
  });
  EXPECT_GT(count, 50);
}

TEST(Schema, KnowsTheDefaults) {
  const Json properties = schema()["properties"];
  EXPECT_EQ(properties["sampling"]["properties"]["blocks"]["default"], 10);
  const Json& iperf3 = properties["measure"]["items"]["properties"]["iperf3"]["properties"];
  EXPECT_EQ(iperf3["time"]["default"], "10s");
  EXPECT_FALSE(iperf3["pairs"].contains("default"));
  EXPECT_FALSE(iperf3["length"].contains("default"));
}

TEST(Schema, LetsVariablesStandForValuesInCellsOnly) {
  const std::string cell =
      "name: x\ntopology: {nodes: {\"v[1-${n}]\": {cpus: \"${c}\", kind: \"${k:-vm}\"}, sw: {kind: switch, "
      "type: \"${s}\"}}, "
      "links: [\"${l}\"]}\nmeasure: [{iperf3: {pairs: \"${p}\", time: \"${t}s\", udp: \"${u}\", rate: "
      "\"${r}\"}}]\n";
  EXPECT_EQ(schema_complaint(schema(), yaml_to_json(cell)), "");
  EXPECT_NE(schema_complaint(schema(),
                             yaml_to_json("name: x\nsampling: {blocks: \"${b}\"}\ntopology: {nodes: {}}\n")),
            "");
}

TEST(Manual, KnowsEveryKeyWithItsDefault) {
  const std::string manual = base::read_file(PROJECT_SOURCE_DIR "/scenarios/README.md");
  each_property(schema(), [&](const std::string& key, const Json& property) {
    EXPECT_THAT(manual, HasSubstr("| `" + key + "` |")) << "no row in scenarios/README.md";
    if (!property.contains("default") || property["default"].is_structured()) return;
    const Json& value = property["default"];
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    EXPECT_THAT(manual, testing::ContainsRegex("\\| `" + key + "` \\|[^\n]*\\| `?" + text + "`? \\|"))
        << "no row with this default in scenarios/README.md";
  });
}

}  // namespace
}  // namespace banco::scenario
