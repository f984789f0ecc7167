#include "tests/topology/staging.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/machine/lab.hh"
#include "harness/run/installation.hh"
#include "harness/scenario/parse.hh"
#include "impl/base/child_process.hh"

namespace banco::topology {

void on_stage(const std::string& topology, const std::function<void(run::Stage&)>& body) {
  run::prefer_own_programs();
  const auto scenario =
      scenario::parse_scenario("name: x\ntopology:\n  defaults: {kind: namespace}\n" + topology, "test.yaml");
  const auto plan = scenario::expand(scenario).at(0);
  EXPECT_EQ(machine::run_in_lab([&] {
              const run::GuestResources no_guests;
              run::Stage stage(plan.topology, no_guests, "/run", "test");
              body(stage);
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

bool answers(run::Stage& stage, const std::string& machine, const std::string& address,
             const std::vector<std::string>& options) {
  std::vector<std::string> command{"ping", "-n", "-c", "3", "-i", "0.1", "-W", "1", address};
  command.insert(command.end(), options.begin(), options.end());
  return stage.machine(machine).run(command).status.success();
}

std::string missing_for(const std::vector<std::string>& types) {
  for (const std::string& type : types) {
    if (type == "bridge") continue;
    if (::access("/dev/net/tun", R_OK | W_OK) != 0) return "missing: access to /dev/net/tun";
    if (!base::find_program("vde_plug")) return "missing: vde_plug";
    if (type.starts_with("vde") && !base::find_program("vde_switch")) return "missing: vde_switch";
  }
  return {};
}

}  // namespace banco::topology
