#include "impl/base/listening_socket.hh"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace banco::base {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ListeningSocket, ReplacesADeadSocketAndNothingElse) {
  std::string name = std::filesystem::temp_directory_path() / "listening_socket_test.XXXXXX";
  const std::filesystem::path top = ::mkdtemp(name.data());
  const std::filesystem::path path = top / "mgmt";
  const auto listening = [&] { ListeningSocket socket("--mgmt", path, 0660); };
  {
    const ListeningSocket alive("--mgmt", path, 0660);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_THAT(listening, ThrowsMessage<std::runtime_error>(HasSubstr("another program listens there")));
    std::filesystem::rename(path, top / "dead");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::rename(top / "dead", path);
  EXPECT_NO_THROW(listening());
  std::ofstream(path) << "mine";
  EXPECT_THAT(listening, ThrowsMessage<std::runtime_error>(HasSubstr("no socket")));
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::remove_all(top);
}

}  // namespace
}  // namespace banco::base
