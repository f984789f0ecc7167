#include "harness/machine/oci_archive.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/machine/image/image.hh"
#include "harness/machine/lab.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;
using testing::ThrowsMessage;

class Archive : public testing::Test {
 protected:
  Archive() {
    std::string pattern = (std::filesystem::temp_directory_path() / "banco-oci-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Archive() override { std::filesystem::remove_all(directory_); }

  // A shell command in the folder of the test.
  void run(const std::string& command) const {
    const auto result =
        base::run_command({.command = {"sh", "-ec", "cd " + directory_.string() + "\n" + command}});
    ASSERT_TRUE(result.status.success()) << command << ": " << result.errors;
  }
  // image.tar, of one layer: /note, and what `more` does in the folder of the image's root.
  void make_archive(const std::string& more = "") const {
    run("umoci init --layout layout; umoci new --image layout:some\n"
        "umoci unpack --rootless --image layout:some work; echo content > work/rootfs/note\n"
        "(cd work/rootfs; true; " +
        more +
        ")\numoci repack --image layout:some work\n"
        "umoci config --image layout:some --config.env PATH=/programs --config.env MOOD=\"good = fine\"\n"
        "tar -cf image.tar -C layout .");
  }
  std::filesystem::path file() const { return directory_ / "image.tar"; }
  void expect_refused(const std::string& words) const {
    EXPECT_THAT([&] { read_oci_archive(file()); },
                ThrowsMessage<ImageError>(AllOf(HasSubstr(file().string()), HasSubstr(words))));
  }

  std::filesystem::path directory_;
};

class UnpackedArchive : public Archive {
 protected:
  void SetUp() override {
    if (!base::find_program("umoci")) GTEST_SKIP() << "missing: umoci";
  }
};

TEST_F(UnpackedArchive, HasTheFilesAndTheEnvironmentOfItsImage) {
  make_archive();
  const OciArchive archive = read_oci_archive(file());
  EXPECT_THAT(archive.digest, SizeIs(64));
  const ContainerRoot root = unpack(archive, directory_ / "unpacked");
  EXPECT_EQ(base::read_file(root.folder / "note"), "content\n");
  EXPECT_THAT(root.environment,
              testing::IsSupersetOf({Pair("PATH", "/programs"), Pair("MOOD", "good = fine")}));
}

TEST_F(UnpackedArchive, NeedsNoName) {
  make_archive();
  run("sed -i 's/\"annotations\":{[^}]*}/\"annotations\":{}/' layout/index.json; tar -cf image.tar -C layout "
      ".");
  EXPECT_THAT(base::read_file(directory_ / "layout/index.json"), testing::Not(HasSubstr("some")));
  EXPECT_TRUE(
      std::filesystem::exists(unpack(read_oci_archive(file()), directory_ / "unpacked").folder / "note"));
}

TEST_F(UnpackedArchive, OfSeveralUsersIsRefusedToAnOrdinaryOne) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root, who can make such an image";
  run("umoci init --layout layout; umoci new --image layout:some; umoci unpack --image layout:some work\n"
      "mkdir -p work/rootfs/var; echo > work/rootfs/var/mail; chown 8:8 work/rootfs/var/mail\n"
      "umoci repack --image layout:some work; tar -cf image.tar -C layout .; chmod -R a+rX .");
  const OciArchive archive = read_oci_archive(file());
  EXPECT_EQ(base::run_command(
                {.command = {"stat", "-c", "%u", unpack(archive, directory_ / "own").folder / "var/mail"}})
                .output,
            "8\n");
  constexpr uid_t kNobody = 65534;
  run("mkdir -m 777 theirs");
  ASSERT_EQ(::seteuid(kNobody), 0);
  EXPECT_THAT(
      [&] { unpack(archive, directory_ / "theirs/unpacked"); },
      ThrowsMessage<ImageError>(AllOf(HasSubstr("var/mail is of 8/8"), HasSubstr("run banco as root"))));
  ASSERT_EQ(::seteuid(0), 0);
}

TEST_F(UnpackedArchive, ThatIsCutShortOrLacksBlobsIsRefused) {
  make_archive();
  const OciArchive archive = read_oci_archive(file());
  run("rm -r layout/blobs; tar -cf image.tar -C layout .");
  EXPECT_THAT([&] { unpack(archive, directory_ / "without"); },
              ThrowsMessage<ImageError>(HasSubstr("cannot be unpacked: umoci ")));
  run("head -c 700 image.tar > short.tar; mv short.tar image.tar");
  EXPECT_THAT([&] { unpack(archive, directory_ / "short"); },
              ThrowsMessage<ImageError>(HasSubstr("is damaged: it has no index.json")));
}

TEST_F(Archive, ThatIsNoneIsRefused) {
  run("echo nothing > image.tar");
  expect_refused("is no OCI archive");
  run("echo '{}' > manifest.json; tar -cf image.tar manifest.json");
  expect_refused("skopeo copy docker-archive:");
}

TEST_F(Archive, WhoseIndexIsStrangeIsRefused) {
  const auto digest = R"({"digest":"sha256:)" + std::string(64, 'a') + R"("})";
  for (const auto& [index, words] :
       {std::pair<std::string, const char*>{"no JSON", "its index is no JSON object"},
        {"[1]", "its index is no JSON object"},
        {"{}", "holds 0 images"},
        {R"({"manifests":7})", "holds 0 images"},
        {R"({"manifests":[)" + digest + "," + digest + "]}", "holds 2 images, and one is wanted"},
        {R"({"manifests":[7]})", "a digest is wanted"},
        {R"({"manifests":[{"digest":"md5:00"}]})", "a digest is wanted"},
        {R"({"manifests":[{"digest":"sha256:../../../../etc/passwd"}]})", "a digest is wanted"}}) {
    base::write_file_atomically(directory_ / "index.json", index);
    run("tar -cf image.tar index.json");
    expect_refused(words);
  }
  base::write_file_atomically(directory_ / "index.json", R"({"manifests":[)" + digest + "]}");
  run("tar -cf image.tar ./index.json");
  EXPECT_EQ(read_oci_archive(file()).digest, std::string(64, 'a'));
}

}  // namespace
}  // namespace banco::machine
