// Building, with namespaces and a tiny kernel package.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "harness/machine/image/image.hh"
#include "harness/machine/image/recipe_fixture.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
namespace fs = std::filesystem;

const ImageStore::Progress kSilent = [](const std::string&) {};

class ImageBuild : public RecipeFixture {
 protected:
  // Every name in the cache, relative.
  std::set<std::string> cache_names() const {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(images(), error))
      names.insert(entry.path().lexically_relative(images()).string());
    return names;
  }

  // Runs `body` in a process of its own; returns its pid.
  template <typename Body>
  static pid_t in_child(const Body& body) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    try {
      body();
      ::_exit(0);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
  }
  static int wait_for(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
  }

  // The kernel ends processes on its own; one that waits for a disk may take a moment.
  template <typename Condition>
  static bool wait_until(const Condition& condition) {
    for (int tries = 0; tries < 500; ++tries) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  // Processes that name this test's folder in their arguments, besides the test itself.
  int process_count() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      try {
        const std::string arguments = base::read_file(entry.path() / "cmdline");
        count += arguments.find(directory_.string()) != std::string::npos ? 1 : 0;
      } catch (const base::SystemError&) {
        // No process, or none any more.
      }
    }
    return count;
  }
};

TEST_F(ImageBuild, LeavesTheImageAndNothingElse) {
  make_recipe("small");
  std::vector<std::string> lines;
  const Image image = store().build("small", [&](const std::string& line) { lines.push_back(line); });
  EXPECT_EQ(image.name, "small");
  EXPECT_EQ(image.command_line, "console=ttyS0");
  EXPECT_EQ(image.versions.at("kernel"), "1.2-3");
  EXPECT_EQ(base::read_file(image.kernel), "a kernel");
  EXPECT_THAT(base::read_file(image.initrd),
              AllOf(testing::StartsWith("070701"), HasSubstr("#!/bin/busybox sh")));
  EXPECT_THAT(lines, testing::Contains("packing the initramfs"));
  const std::string folder = "small-" + image.hash;
  EXPECT_THAT(cache_names(),
              testing::ElementsAre(folder, folder + "/image.json", folder + "/initrd", folder + "/vmlinux"));
  EXPECT_EQ(store().list()[0].kernel_version, "1.2-3");
}

TEST_F(ImageBuild, IsNotRepeated) {
  make_recipe("small");
  const auto first = fs::last_write_time(store().build("small", kSilent).initrd);
  EXPECT_EQ(fs::last_write_time(store().build("small", kSilent).initrd), first);
}

TEST_F(ImageBuild, UnpacksAKernelThatQemuCanEnterDirectly) {
  const std::string elf =
      "\x7f"
      "ELF, as it were " +
      std::string(5000, 'x');
  write(directory_ / "elf", elf);
  const auto compressed =
      base::run_command({.command = {"lz4", "-lqc", (directory_ / "elf").string()}}).output;
  const auto size_text = [](std::size_t size) {
    return std::string{static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(size >> 16),
                       0};
  };
  // As Documentation/x86/boot.rst of Linux has it: one setup sector, payload 16 bytes after it.
  std::string bzimage(1024 + 16, '\0');
  bzimage[0x1f1] = 1;
  bzimage.replace(0x202, 4, "HdrS");
  bzimage.replace(0x248, 4, size_text(16));
  bzimage.replace(0x24c, 4, size_text(compressed.size() + 4));
  bzimage += compressed + size_text(elf.size()) + "what follows the payload";
  make_recipe("packed", bzimage);
  EXPECT_EQ(base::read_file(store().build("packed", kSilent).kernel), elf);

  std::string damaged = bzimage;
  damaged.resize(1024 + 40);
  make_recipe("damaged", damaged);
  EXPECT_THAT([&] { store().build("damaged", kSilent); },
              ThrowsMessage<ImageError>(HasSubstr("payload is damaged")));
}

TEST_F(ImageBuild, KeepsAKernelOfAnotherCompression) {
  std::string bzimage(1100, '\0');
  bzimage.replace(0x202, 4, "HdrS");
  make_recipe("small", bzimage);
  EXPECT_EQ(base::read_file(store().build("small", kSilent).kernel), bzimage);
}

TEST_F(ImageBuild, GivesTheSameBytesAgain) {
  make_recipe("small");
  for (const char* name : {"b", "a", "c/z", "c/y"}) write(recipes() / "small/files" / name, name);
  const std::string first = base::read_file(store().build("small", kSilent).initrd);
  fs::remove_all(cache());
  for (const auto& entry : fs::recursive_directory_iterator(recipes()))
    fs::last_write_time(entry, fs::file_time_type::clock::now());
  EXPECT_EQ(base::read_file(store().build("small", kSilent).initrd), first);
}

TEST_F(ImageBuild, RemovesWhatAKilledOneLeft) {
  make_recipe("small");
  write(images() / "small-0123456789ab/vmlinux", "x");
  const Image image = store().build("small", kSilent);
  EXPECT_FALSE(fs::exists(images() / "small-0123456789ab"));
  fs::remove(image.kernel.parent_path() / "image.json");
  EXPECT_FALSE(store().find("small"));
  EXPECT_EQ(base::read_file(store().build("small", kSilent).kernel), "a kernel");
}

TEST_F(ImageBuild, TwiceAtOnceGivesOneImage) {
  make_recipe("small");
  std::vector<pid_t> builders;
  for (int i = 0; i < 4; ++i) builders.push_back(in_child([&] { store().build("small", kSilent); }));
  for (const pid_t pid : builders) EXPECT_EQ(wait_for(pid), 0);
  EXPECT_EQ(cache_names().size(), 4U);
}

TEST_F(ImageBuild, ThatFailsSaysWhyInOneSentence) {
  make_recipe("small");
  write(recipes() / "small/tiny.deb", "this is no package");
  EXPECT_THAT(
      [&] { store().build("small", kSilent); },
      ThrowsMessage<ImageError>("image small cannot be built: the kernel package cannot be unpacked"));
  write(recipes() / "small/recipe.yaml", "kernel: linux-image-no-such\ncommand_line: q\n");
  EXPECT_THAT(
      [&] { store().build("small", kSilent); },
      ThrowsMessage<ImageError>(
          "image small cannot be built: apt knows no package linux-image-no-such: run apt-get update"));
  write(recipes() / "assemble", "exit 3\n");
  EXPECT_THAT([&] { store().build("small", kSilent); },
              ThrowsMessage<ImageError>("image small cannot be built: the builder exited with code 3"));
  write(recipes() / "assemble", "exit 0\n");
  EXPECT_THAT([&] { store().build("small", kSilent); },
              ThrowsMessage<ImageError>("image small cannot be built: the builder wrote nothing"));
  EXPECT_TRUE(cache_names().empty());
}

TEST_F(ImageBuild, SaysThatTheKernelHasNoModules) {
  make_recipe("small");
  write(recipes() / "small/recipe.yaml", "kernel: tiny.deb\ncommand_line: q\nmodules: {boot: [nosuch]}\n");
  EXPECT_THAT([&] { store().build("small", kSilent); },
              ThrowsMessage<ImageError>(HasSubstr("the kernel package has no modules")));
}

TEST_F(ImageBuild, NamesThePackagesOfMissingPrograms) {
  make_recipe("small");
  const pid_t pid = in_child([&] {
    ::setenv("PATH", "/nonexistent", 1);
    fs::create_directory(directory_ / "empty");
    // find_program() looks into the usual directories too: cover them.
    base::check_system_call("unshare", ::unshare(CLONE_NEWNS));
    base::check_system_call("mount", ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    for (const char* program : {"/usr/bin/cpio", "/usr/bin/lz4"})
      base::check_system_call("mount", ::mount("/dev/null", program, nullptr, MS_BIND, nullptr));
    EXPECT_THAT([&] { store().build("small", kSilent); },
                ThrowsMessage<ImageError>("image small: building needs cpio, lz4: apt-get install cpio lz4"));
    if (HasFailure()) throw std::runtime_error("see above");
  });
  EXPECT_EQ(wait_for(pid), 0);
}

TEST_F(ImageBuild, OnAFullDiskSaysSo) {
  make_recipe("small", std::string(1 << 20, 'k'));
  const pid_t pid = in_child([&] {
    fs::create_directories(images());
    base::check_system_call("unshare", ::unshare(CLONE_NEWNS));
    base::check_system_call("mount", ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    base::check_system_call("mount", ::mount("tmpfs", images().c_str(), "tmpfs", 0, "size=64k"));
    EXPECT_THAT([&] { store().build("small", kSilent); },
                ThrowsMessage<ImageError>(
                    AllOf(HasSubstr("image small cannot be built"), HasSubstr("No space left on device"))));
    EXPECT_TRUE(cache_names().empty());
    if (HasFailure()) throw std::runtime_error("see above");
  });
  EXPECT_EQ(wait_for(pid), 0);
}

TEST_F(ImageBuild, WorksForAnOrdinaryUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "started as an ordinary user, so every other test has shown it";
  make_recipe("small");
  fs::create_directories(cache());
  fs::permissions(directory_, fs::perms(0755));
  constexpr uid_t kUser = 1;  // daemon
  ASSERT_EQ(::chown(cache().c_str(), kUser, kUser), 0);
  const pid_t pid = in_child([&] {
    base::check_system_call("setresgid", ::setresgid(kUser, kUser, kUser));
    base::check_system_call("setresuid", ::setresuid(kUser, kUser, kUser));
    store().build("small", kSilent);
  });
  EXPECT_EQ(wait_for(pid), 0);
  EXPECT_EQ(cache_names().size(), 4U);
}

TEST_F(ImageBuild, KilledTakesItsScriptAlong) {
  make_recipe("small");
  // Instead of any work, the part of the script that waits.
  const std::string script = base::read_file(recipes() / "assemble");
  const auto waiting = script.find("exec 3<&0");
  ASSERT_NE(waiting, std::string::npos);
  write(recipes() / "assemble", "build() { sleep 60 & sleep 60; }\n" + script.substr(waiting));
  const pid_t pid = in_child([&] { store().build("small", kSilent); });
  // unshare, process 1, what it runs.
  EXPECT_TRUE(wait_until([&] { return process_count() >= 4; }));
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(wait_for(pid)));
  EXPECT_TRUE(wait_until([&] { return process_count() == 0; }));
}

// The promise of image.hh: at whatever moment a builder is killed, nothing stays but whole images.
TEST_F(ImageBuild, KilledAtAnyMomentLeavesNothing) {
  make_recipe("small");
  const auto started = std::chrono::steady_clock::now();
  const std::string folder = store().build("small", kSilent).kernel.parent_path().filename();
  const auto taken = std::chrono::steady_clock::now() - started;
  std::minstd_rand random(20261121);
  int killed_count = 0;
  for (int round = 0; round < 30; ++round) {
    fs::remove_all(images());
    const pid_t pid = in_child([&] { store().build("small", kSilent); });
    std::this_thread::sleep_for(taken * std::uniform_real_distribution(0.0, 1.1)(random));
    ::kill(pid, SIGKILL);
    killed_count += WIFSIGNALED(wait_for(pid)) ? 1 : 0;
    EXPECT_TRUE(wait_until([&] { return process_count() == 0; }));
    // An image, or nothing; between two of its names a folder that counts as nothing.
    const auto names = cache_names();
    EXPECT_EQ(store().find("small").has_value(), names.contains(folder + "/image.json"));
    for (const auto& name : names) EXPECT_THAT(name, testing::StartsWith(folder));
  }
  EXPECT_GT(killed_count, 10) << "the kills came too late to show anything";
  EXPECT_EQ(base::read_file(store().build("small", kSilent).kernel), "a kernel");
}

}  // namespace
}  // namespace banco::machine
