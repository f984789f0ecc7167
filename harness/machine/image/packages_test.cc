// What dpkg says, against packages that every Debian machine has.
#include "harness/machine/image/packages.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/machine/image/image.hh"

namespace banco::machine {
namespace {

using testing::ElementsAre;
using testing::Key;
using testing::Not;
using testing::ThrowsMessage;

TEST(Packages, TellsVersionsOfInstalledOnesOnly) {
  const auto versions = installed_versions({{"coreutils", {}}, {"banco-no-such-package", {}}, {"grep", {}}});
  EXPECT_THAT(versions, ElementsAre(Key("coreutils"), Key("grep")));
  EXPECT_THAT(versions.at("grep"), testing::ContainsRegex("^[0-9]"));
  EXPECT_THAT(installed_versions({}), testing::IsEmpty());
}

TEST(Packages, FindsProgramsWhereTheyWereInstalled) {
  const PackagePrograms packages{{"bash", {"bash"}}, {"grep", {"grep", "/usr/share/doc/grep/copyright"}}};
  EXPECT_THAT(program_paths("image x", packages, installed_versions(packages)),
              ElementsAre(testing::MatchesRegex("(/usr)?/bin/bash"),
                          testing::MatchesRegex("(/usr)?/bin/grep"), "/usr/share/doc/grep/copyright"));
}

TEST(Packages, NamesAllThatIsToBeInstalled) {
  const PackagePrograms packages{{"grep", {"grep"}}, {"banco-a", {"a"}}, {"banco-b", {"b"}}};
  EXPECT_THAT([&] { program_paths("image x", packages, installed_versions(packages)); },
              ThrowsMessage<ImageError>("image x needs banco-a, banco-b: apt-get install banco-a banco-b"));
}

TEST(Packages, TakesNoProgramThatThePackageDoesNotHave) {
  // It is on this machine, but of another package.
  const PackagePrograms packages{{"grep", {"bash"}}};
  EXPECT_THAT(
      [&] { program_paths("image x", packages, installed_versions(packages)); },
      ThrowsMessage<ImageError>("image x takes bash from the package grep, which has no such program"));
}

}  // namespace
}  // namespace banco::machine
