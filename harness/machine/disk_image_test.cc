#include "harness/machine/disk_image.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class Disk : public testing::Test {
 protected:
  void SetUp() override {
    if (!base::find_program("qemu-img")) GTEST_SKIP() << "missing: qemu-img";
    std::string name = "/tmp/banco-disk-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    create({"-f", "qcow2", file(), "8M"});
  }
  ~Disk() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  std::filesystem::path file(const std::string& name = "disk.qcow2") const { return directory_ / name; }

  void create(std::vector<std::string> words) const {
    words.insert(words.begin(), {"qemu-img", "create", "-q"});
    ASSERT_EQ(base::run_command({.command = words}).errors, "");
  }
  // The disk with other bytes at `offset`, cut off at `length`.
  void change(std::size_t offset, const std::string& bytes, std::size_t length = std::string::npos) const {
    std::string content = base::read_file(file());
    content.replace(offset, bytes.size(), bytes);
    base::write_file_atomically(file(), content.substr(0, length));
  }
  void expect_refused(const std::string& why, const std::string& name = "disk.qcow2") const {
    EXPECT_THAT([&] { read_disk_image(file(name)); }, ThrowsMessage<ImageError>(HasSubstr(why))) << why;
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(Disk, OfQcow2AndRawIsKnown) {
  const DiskImage disk = read_disk_image(file());
  EXPECT_EQ(disk.format, "qcow2");
  EXPECT_EQ(disk.virtual_bytes, 8 << 20);
  create({"-f", "qcow2", "-o", "compat=0.10", file("old.qcow2"), "4M"});
  EXPECT_EQ(read_disk_image(file("old.qcow2")).virtual_bytes, 4 << 20);
  create({"-f", "raw", file("disk.img"), "2M"});
  EXPECT_EQ(read_disk_image(file("disk.img")).format, "raw");
  EXPECT_EQ(read_disk_image(file("disk.img")).virtual_bytes, 2 << 20);
}

TEST_F(Disk, ThatNamesOtherFilesIsRefused) {
  create({"-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", file("backed.qcow2"), "1M"});
  expect_refused("backed.qcow2 has a backing file", "backed.qcow2");
  create({"-f", "qcow2", "-o", "data_file=" + file("data").string(), file("split.qcow2"), "1M"});
  expect_refused("split.qcow2 keeps its data in another file", "split.qcow2");
}

TEST_F(Disk, ThatIsEncryptedDamagedOrUnknownIsRefused) {
  const std::string whole = base::read_file(file());
  change(0, "", 50);
  expect_refused("is damaged");
  base::write_file_atomically(file(), whole);
  change(35, "\x02");
  expect_refused("is encrypted");
  base::write_file_atomically(file(), whole);
  change(7, "\x09");
  expect_refused("version 9");
  base::write_file_atomically(file(), whole);
  change(79, "\x02");
  expect_refused("is marked as corrupt");
  base::write_file_atomically(file(), whole);
  change(72, "\x80");
  expect_refused("needs features of qcow2 that are unknown");
}

TEST_F(Disk, ThatIsNoneIsRefused) {
  expect_refused("there is no ", "nowhere.qcow2");
  expect_refused("it is no file", "");
  base::write_file_atomically(file("text.qcow2"), "hello\n");
  expect_refused("text.qcow2 is no qcow2 image; a raw one is called", "text.qcow2");
  base::write_file_atomically(file("text.img"), "hello\n");
  expect_refused("is no raw disk: its 6 bytes", "text.img");
}

TEST_F(Disk, IsNotWrittenToByItsOverlay) {
  make_overlay(read_disk_image(file()), file("overlay"));
  const std::string before = base::read_file(file());
  const auto written =
      base::run_command({.command = {"qemu-io", "-f", "qcow2", "-c", "write -P 7 0 64k", file("overlay")}});
  ASSERT_TRUE(written.status.success()) << written.errors;
  EXPECT_EQ(base::read_file(file()), before);
}

}  // namespace
}  // namespace banco::machine
