// Where a switch may live: nobody else may have put anything there.
#include "impl/shm_switch/switch_directory.hh"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

namespace banco::shm_switch {
namespace {

class Directory : public testing::Test {
 protected:
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "shm_switch_test.XXXXXX";
    top = ::mkdtemp(name.data());
    path = top / "switch";
  }
  ~Directory() override { std::filesystem::remove_all(top); }

  void make(mode_t mode) const {
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  // What is wrong with it; "" when it is taken.
  std::string refusal(std::optional<mode_t> directory_mode = {}) const {
    try {
      SwitchDirectory directory(path, 0660, "", directory_mode);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
  mode_t mode_of(const char* name) const {
    struct stat status {};
    EXPECT_EQ(::lstat((path / name).c_str(), &status), 0);
    return status.st_mode & 07777;
  }

  std::filesystem::path top, path;
};

TEST_F(Directory, IsMadeWithTheModesThatWereAskedFor) {
  const mode_t before = ::umask(0);
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(::umask(before), 0u) << "left as it was";
  EXPECT_EQ(mode_of("."), 02750u);
  EXPECT_EQ(mode_of("ctl"), 0660u);
  EXPECT_EQ(mode_of("lock"), 0600u);
}

TEST_F(Directory, MadeBySystemdOrAnAdministratorIsTaken) {
  make(0755);
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(refusal(), "") << "a second time";
}

TEST_F(Directory, ThatOthersCanWriteIsRefusedUnlessAskedFor) {
  make(01777);
  EXPECT_EQ(refusal(), path.string() +
                           " can be written by others, who may have put something there: chmod go-w it, or "
                           "say --dirmode");
  EXPECT_EQ(mode_of("."), 01777u) << "left as it was";
  EXPECT_EQ(refusal(0777), "");
  EXPECT_EQ(refusal(0777), "");
}

TEST_F(Directory, OfSomebodyElseIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make one";
  make(0755);
  ASSERT_EQ(::chown(path.c_str(), 65534, static_cast<gid_t>(-1)), 0);
  EXPECT_EQ(refusal(),
            path.string() + " belongs to user 65534: a switch needs a directory of its own user's");
}

TEST_F(Directory, ThatIsALinkIsRefused) {
  const std::filesystem::path aim = top / "aim";
  ASSERT_EQ(::mkdir(aim.c_str(), 0700), 0);
  std::filesystem::create_symlink(aim, path);
  const std::string sentence = path.string() + " is in the way: the switch needs a directory there";
  EXPECT_EQ(refusal(), sentence);
  path += "/";  // which would be followed
  EXPECT_EQ(refusal(), sentence);
  EXPECT_TRUE(std::filesystem::is_empty(aim));
}

TEST_F(Directory, LockThatIsALinkIsNotFollowed) {
  make(0700);
  std::filesystem::create_symlink(top / "aim", path / "lock");
  EXPECT_NE(refusal(), "");
  EXPECT_FALSE(std::filesystem::exists(top / "aim"));
}

}  // namespace
}  // namespace banco::shm_switch
