#include "harness/report/write.hh"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/report/test_runs.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::report {
namespace {

TEST(WriteOutputs, LeavesThreeCompleteFiles) {
  std::string pattern = testing::TempDir() + "banco-report-XXXXXX";
  const std::filesystem::path directory = mkdtemp(pattern.data());
  write_outputs(test::two_switches(), {test::one_thesis()}, directory);
  write_outputs(test::two_switches(), {test::one_thesis()}, directory);  // replaces
  EXPECT_THAT(base::read_file(directory / "results.json"), testing::EndsWith("}\n"));
  EXPECT_THAT(base::read_file(directory / "results.csv"), testing::StartsWith("time,block,"));
  EXPECT_THAT(base::read_file(directory / "report.html"), testing::EndsWith("</html>\n"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 3);
  std::filesystem::remove_all(directory);
}

TEST(WriteOutputs, NamesADirectoryThatIsNotThere) {
  EXPECT_THROW(write_outputs(measure::Run{}, {}, "/nonexistent/banco"), base::SystemError);
}

}  // namespace
}  // namespace banco::report
