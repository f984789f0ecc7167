#include "tests/end_to_end/disks.hh"

#include <gtest/gtest.h>

#include "impl/base/child_process.hh"
#include "tests/end_to_end/banco.hh"

namespace banco::end_to_end {
namespace {

constexpr int kSkipped = 77;
const std::filesystem::path kDisks = PROJECT_BINARY_DIR "/test-cache-disks";

}  // namespace

std::filesystem::path agent_disk() {
  return kDisks / "agent.qcow2";
}

std::filesystem::path console_disk() {
  return kDisks / "console.img";
}

std::string make_disks() {
  const TemporaryDirectory directory;
  const auto built = run_banco(As::kSelf, directory, {"image", "build", "base"});
  EXPECT_TRUE(built.status.success()) << built.errors;
  const std::string image = built.output.substr(0, built.output.find('\n'));
  const auto made = base::run_command(
      {.command = {PROJECT_SOURCE_DIR "/tests/end_to_end/make_disks", image, kDisks, kDisks}});
  if (made.status.code == kSkipped) return made.output;
  EXPECT_TRUE(made.status.success()) << made.errors;
  return "";
}

}  // namespace banco::end_to_end
