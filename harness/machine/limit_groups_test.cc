#include "harness/machine/limit_groups.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <set>

#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

// Groups of labs beside those of this process.
std::set<std::filesystem::path> trees_beside(const std::filesystem::path& tree) {
  std::set<std::filesystem::path> trees;
  for (const auto& entry : std::filesystem::directory_iterator(tree.parent_path()))
    if (entry.path().filename().string().starts_with("banco-")) trees.insert(entry.path());
  return trees;
}

CgroupHierarchy hierarchy_of(const char* controller) {
  return find_cgroup_hierarchy(controller, base::read_file("/proc/self/cgroup"),
                               base::read_file("/proc/self/mountinfo"))
      .value();
}

class EnforcedLimits : public testing::Test {
 protected:
  void SetUp() override {
    const LimitGroups groups(1);
    for (const auto& obstacle : {groups.cpu_obstacle(), groups.memory_obstacle()})
      if (obstacle) GTEST_SKIP() << "missing: control groups: " << *obstacle;
  }
};

TEST_F(EnforcedLimits, AreGivenToProcessesAndFreeAgainForOthers) {
  const LimitGroups groups(1);
  const auto count_with = [&](const Limits& limits) {
    const LimitGroup group = groups.take(limits);
    const std::size_t count = group.entrances().size();
    EXPECT_EQ(base::run_command({.command = {"true"}, .control_groups = group.entrances()}).status.text(),
              "exited with code 0");
    return count;
  };
  EXPECT_EQ(count_with({}), 0);
  const std::size_t of_both = count_with({.cpus = 0.5, .memory_bytes = 64 << 20});
  EXPECT_GE(of_both, 1);
  EXPECT_LE(of_both, 2);
  EXPECT_EQ(count_with({.cpus = 2, .memory_bytes = {}}), 1);
  EXPECT_EQ(count_with({.cpus = {}, .memory_bytes = std::uint64_t{1} << 40}), 1);
  const LimitGroup first = groups.take({.cpus = 1, .memory_bytes = {}});
  EXPECT_THROW(groups.take({.cpus = 1, .memory_bytes = {}}), std::logic_error);
}

TEST_F(EnforcedLimits, OfMemoryEndWhoeverWantsMore) {
  const LimitGroups groups(1);
  const LimitGroup group = groups.take({.cpus = {}, .memory_bytes = 64 << 20});
  const auto write = [&](const std::string& mebibytes) {
    return base::run_command(
               {.command = {"dd", "if=/dev/zero", "of=/dev/null", "bs=" + mebibytes + "M", "count=1"},
                .control_groups = group.entrances()})
        .status.text();
  };
  EXPECT_EQ(write("16"), "exited with code 0");
  EXPECT_EQ(group.out_of_memory_count(), 0);
  EXPECT_EQ(write("256"), "was killed by signal 9 (Killed)");
  EXPECT_EQ(group.out_of_memory_count(), 1);
}

TEST_F(EnforcedLimits, GoWithTheObjectAndWhatWasKilledWithTheNext) {
  const CgroupHierarchy hierarchy = hierarchy_of("cpu");
  std::filesystem::path left;
  {
    const CgroupTree tree(hierarchy, {"cpu"}, 2);
    left = tree.path();
    EXPECT_TRUE(std::filesystem::exists(left / "1"));
  }
  EXPECT_FALSE(std::filesystem::exists(left));
  const auto before = trees_beside(left);
  const pid_t child = ::fork();
  if (child == 0) {
    const CgroupTree tree(hierarchy, {"cpu"}, 2);
    ::raise(SIGKILL);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(trees_beside(left).size(), before.size() + 1);
  {
    const CgroupTree living(hierarchy, {"cpu"}, 1);
    const CgroupTree beside(hierarchy, {"cpu"}, 1);
    EXPECT_TRUE(std::filesystem::exists(living.path()));
    EXPECT_NE(living.path(), beside.path());
  }
  for (const auto& tree : trees_beside(left)) EXPECT_TRUE(before.contains(tree)) << tree;
}

TEST(LimitGroups, SayWhatIsMissing) {
  EXPECT_THAT([] { CgroupTree({.unified = false, .top = "/proc", .group = "/proc/self"}, {"cpu"}, 1); },
              testing::ThrowsMessage<base::SystemError>(testing::HasSubstr("mkdir /proc/banco-1: ")));
}

}  // namespace
}  // namespace banco::machine
