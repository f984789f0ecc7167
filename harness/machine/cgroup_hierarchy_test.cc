#include "harness/machine/cgroup_hierarchy.hh"

#include <gtest/gtest.h>

namespace banco::machine {
namespace {

constexpr const char* kSystemdCgroup =
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope\n";
constexpr const char* kSystemdMounts =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
    "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n";

TEST(CgroupHierarchy, OfVersionTwoHoldsEveryController) {
  const CgroupHierarchy expected{
      .unified = true,
      .top = "/sys/fs/cgroup",
      .group = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope"};
  EXPECT_EQ(find_cgroup_hierarchy("cpu", kSystemdCgroup, kSystemdMounts), expected);
  EXPECT_EQ(find_cgroup_hierarchy("memory", kSystemdCgroup, kSystemdMounts), expected);
}

constexpr const char* kBothCgroup = "4:memory:/batch/7\n2:cpu,cpuacct:/\n1:name=systemd:/x\n0::/\n";
constexpr const char* kBothMounts =
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:2 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 /batch /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(CgroupHierarchy, OfVersionOneIsTheControllersOwn) {
  EXPECT_EQ(
      find_cgroup_hierarchy("cpu", kBothCgroup, kBothMounts),
      (CgroupHierarchy{
          .unified = false, .top = "/sys/fs/cgroup/cpu,cpuacct", .group = "/sys/fs/cgroup/cpu,cpuacct"}));
  // What is mounted may be a part of the hierarchy.
  EXPECT_EQ(find_cgroup_hierarchy("memory", kBothCgroup, kBothMounts),
            (CgroupHierarchy{
                .unified = false, .top = "/sys/fs/cgroup/memory", .group = "/sys/fs/cgroup/memory/7"}));
  EXPECT_EQ(find_cgroup_hierarchy("io", kBothCgroup, kBothMounts)->top, "/sys/fs/cgroup/unified");
}

TEST(CgroupHierarchy, IsNowhereWhereItIsNotMounted) {
  EXPECT_FALSE(find_cgroup_hierarchy("cpu", kSystemdCgroup, "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n"));
  EXPECT_FALSE(find_cgroup_hierarchy("cpu", "", kBothMounts));
  EXPECT_FALSE(find_cgroup_hierarchy("cpu", "2:cpu:/\n", kSystemdMounts));
  EXPECT_FALSE(find_cgroup_hierarchy("cpu", "nonsense\n2:cpu\n", "a b c - d\n-\n"));
}

TEST(CgroupHierarchy, BeginsAtItsTopWhereTheProcessIsOutsideOfWhatIsMounted) {
  EXPECT_EQ(find_cgroup_hierarchy("memory", "4:memory:/elsewhere\n", kBothMounts)->group,
            "/sys/fs/cgroup/memory");
}

}  // namespace
}  // namespace banco::machine
