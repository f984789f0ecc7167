// Networks of many nodes: up soon, and gone without a trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "harness/machine/lab.hh"
#include "harness/scenario/parse.hh"
#include "impl/base/child_process.hh"
#include "tests/topology/staging.hh"

namespace banco::topology {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;
using testing::Lt;

struct Size {
  std::string shape;
  std::size_t machine_count;
  double ceiling_s;  // three times what it may take on a machine with two processors
};

void PrintTo(const Size& size, std::ostream* out) {
  *out << size.shape;
}

class Sizes : public testing::TestWithParam<Size> {};

TEST_P(Sizes, AreUpSoonAndGoneWithoutATrace) {
  const Size& size = GetParam();
  const auto scenario = scenario::parse_scenario(
      "name: x\ntopology:\n  shape: " + size.shape + "\nmeasure: [{ping: {pairs: neighbours}}]\n",
      "test.yaml");
  const auto plan = scenario::expand(scenario).at(0);
  ASSERT_EQ(plan.topology.machines.size(), size.machine_count);
  EXPECT_EQ(
      machine::run_in_lab([&] {
        const auto start = steady_clock::now();
        const run::GuestResources no_guests;
        auto stage = std::make_unique<run::Stage>(plan.topology, no_guests, "/run", "test");
        const duration<double> made = steady_clock::now() - start;
        stage->wait_until_connected(std::get<scenario::Ping>(plan.measures.at(0).what).pairs, {});
        const duration<double> up = steady_clock::now() - start;
        EXPECT_THAT(up.count(), Lt(size.ceiling_s));
        const auto end = steady_clock::now();
        stage.reset();
        const duration<double> gone = steady_clock::now() - end;
        std::printf("made in %.3f s, up in %.3f s, gone in %.3f s\n", made.count(), up.count(), gone.count());
        std::fflush(stdout);
        EXPECT_EQ(base::run_command({.command = {"ip", "-o", "link"}}).output.find("2: "), std::string::npos)
            << base::run_command({.command = {"ip", "-o", "link"}}).output;
        EXPECT_TRUE(std::filesystem::is_empty("/run/netns"));
        return testing::Test::HasFailure() ? 1 : 0;
      }),
      0);
}

INSTANTIATE_TEST_SUITE_P(Of, Sizes,
                         testing::Values(Size{"{tree: {depth: 3, fan-out: 4}}", 64, 3},
                                         Size{"{star: {hosts: 200}}", 200, 6}),
                         [](const auto& parameter) { return std::to_string(parameter.param.machine_count); });

}  // namespace
}  // namespace banco::topology
