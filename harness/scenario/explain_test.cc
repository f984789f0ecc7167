// The full form says the same as the short one.
#include <gmock/gmock.h>

#include "harness/scenario/parse.hh"
#include "harness/scenario/schema_check.hh"
#include "harness/scenario/testing.hh"
#include "harness/scenario/yaml_text.hh"

namespace banco::scenario {
namespace {

std::vector<std::string> documents(const std::string& text) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (auto end = text.find("\n---\n"); end != std::string::npos; end = text.find("\n---\n", begin)) {
    result.push_back(text.substr(begin, end + 1 - begin));
    begin = end + 5;
  }
  result.push_back(text.substr(begin));
  return result;
}

void expect_round_trip(const Scenario& scenario, const Selection& selection) {
  const auto plans = expand(scenario, selection);
  const auto texts = documents(explain(scenario, selection));
  ASSERT_EQ(texts.size(), plans.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Scenario again = parse_scenario(texts[i], "again.yaml");
    EXPECT_EQ(again.name, scenario.name);
    EXPECT_EQ(again.title, scenario.title);
    EXPECT_EQ(block_count(again), block_count(scenario, selection));
    const auto cells = expand(again);
    ASSERT_EQ(cells.size(), 1U);
    EXPECT_EQ(plan_text(cells[0]), plan_text(plans[i])) << texts[i];
    EXPECT_EQ(explain(again), texts[i]) << "explained once is explained for good";
    EXPECT_EQ(schema_complaint(schema(), yaml_to_json(texts[i])), "") << texts[i];
  }
}

TEST(Explanation, OfEveryFileReadsBackAsTheSame) {
  for (const auto& file : scenario_files()) {
    SCOPED_TRACE(file);
    expect_round_trip(load_scenario(file), {});
    expect_round_trip(load_scenario(file), {.quick = true, .block_count = 2});
  }
}

TEST(Explanation, OfEverythingReadsBackAsTheSame) {
  expect_round_trip(parse_scenario(R"(
name: everything
title: "true: 'quotes', \"more\", é and a backslash \\"
matrix: {s: [vde, bridge], note: ["01", on, 2.50, 7, "a: b", "#", "null", "- x"]}
sampling: {seed: 18446744073709551615, blocks: 1000}
topology:
  defaults: {kind: namespace}
  nodes:
    a[1-2]: {}
    v: {kind: vm, image: big, cpus: 3, memory: 333M, append: "a=b  c: d #e"}
    w: {address: 10.7.0.9/16}
    s: {kind: switch, type: vxvde, offload: off}
    t: {kind: switch, type: vde-hub}
    u: {kind: switch, type: "${s}"}
  links:
    - {endpoints: ["a*", s], mtu: 9000, capture: true}
    - {endpoints: ["a*", t]}
    - v-s
    - {endpoints: [v, t]}
    - {endpoints: ["a1", "t"]}
    - {endpoints: [w, u]}
    - {endpoints: [a2, u], address: 10.7.1.9/16}
measure:
  - iperf3: {pairs: [[a1, a2], [a2, v], [v, a1]], rate: 1.234Gbit, length: 1K, streams: 7, time: 3s, omit: 0s}
  - {name: shared, iperf3: {pairs: [[w, a2]], udp: true, direction: both, rate: {share: 33.3%, of: tcp}}}
  - {name: back, iperf3: {pairs: [[w, a2]], direction: reverse}}
  - ping: {pairs: [[w, a2]], interval: 1500ms, size: 1400B, during: [tcp, idle]}
  - cpu: {per: process}
)",
                                   "f.yaml"),
                    {.seed = 7});
}

TEST(Explanation, OfNetworksReadsBackAsTheSame) {
  expect_round_trip(parse_scenario(R"(
name: networks
matrix: {rows: [3, 4]}
topology:
  addressing: {ipv4: 172.16.0.0/12, ipv6: fd00:1::/48}
  shape: {torus: {rows: "${rows}", columns: 3, hosts: 2}}
  nodes:
    "r[1-2]": {kind: router}
    far: {kind: namespace, routes: [{to: default, via: 172.16.1.1}]}
    guest: {kind: vm}
    box: {kind: container, image: other, cpus: 0.5, memory: 64M, address: 172.31.0.9/24}
    edge: {kind: switch, type: shm}
    island: {kind: switch, type: vde}
  links:
    - r1-s1x1
    - r1-edge
    - {endpoints: [far, edge], mtu: 9000}
    - {endpoints: [guest, edge], vlan: 7}
    - {endpoints: [box, edge], vlan: 8}
    - {endpoints: [r2, edge], vlan: 7}
    - r2-island
    - {endpoints: [edge, island], vlan: [7, 9], mtu: 1400}
measure:
  - ping: {pairs: [[far, h1]], family: ipv6}
  - iperf3: {pairs: [[guest, r2]], family: ipv6}
  - dd: {pairs: [[far, h1]], family: ipv6, source: zero, block: 4K, count: 3}
)",
                                   "f.yaml"),
                    {});
}

TEST(Explanation, LeavesNothingToTheReader) {
  const std::string text = explain(parse_scenario(R"(name: x
x-note: gone
matrix: {n: [2, 4]}
quick: {matrix: {n: [2]}}
topology:
  defaults: {memory: 1G}
  nodes: {"v[1-${n}]": {}, sw: {kind: switch, type: vde}}
  links: ["v*-sw"]
measure:
  - ping: {pairs: neighbours}
)",
                                                  "f.yaml"),
                                   {.quick = true, .seed = 5});
  EXPECT_EQ(text, R"(schema: 1
name: x
matrix: {n: [2]}
sampling: {blocks: 10, seed: 5, order: blocks}
topology:
  nodes:
    v1: {kind: vm, image: base, cpus: 1, memory: 1G}
    v2: {kind: vm, image: base, cpus: 1, memory: 1G}
    sw: {kind: switch, type: vde, offload: true, ring_kib: 1024, stp: false}
  links:
    - {endpoints: ["v1:eth0", sw], address: 10.0.0.1/24, mtu: 1500, capture: false}
    - {endpoints: ["v2:eth0", sw], address: 10.0.0.2/24, mtu: 1500, capture: false}
measure:
  - name: rtt
    ping:
      pairs: [[v1, v2]]
      family: ipv4
      count: 20
      interval: 50ms
      size: 56B
      cold: false
      during: [idle]
)");
}

TEST(YamlText, QuotesWhatWouldNotBeText) {
  EXPECT_EQ(
      yaml_text(
          {{"a", "true"}, {"b", "12"}, {"c", 12}, {"d", "10s"}, {"e", ""}, {"f", "x: y"}, {"g", "1e3"}}),
      "a: \"true\"\nb: \"12\"\nc: 12\nd: 10s\ne: \"\"\nf: \"x: y\"\ng: \"1e3\"\n");
}

TEST(YamlText, BreaksWhatDoesNotFitIntoALine) {
  const std::string word(60, 'w');
  EXPECT_EQ(yaml_text({{"list", {{word, word}, {{"k", word}, {"l", word}}}}}),
            "list:\n  - - " + word + "\n    - " + word + "\n  - k: " + word + "\n    l: " + word + "\n");
}

}  // namespace
}  // namespace banco::scenario
