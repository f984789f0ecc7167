// RecipeFixture: a folder of tiny recipes for tests, and a cache; both go with the test.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {

class RecipeFixture : public testing::Test {
 protected:
  RecipeFixture() {
    // In memory where possible: a build waits for the disk, and a busy one takes seconds.
    const std::filesystem::path memory = "/dev/shm";
    const auto place = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (place / "banco-image-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(recipes());
    std::filesystem::copy(PROJECT_SOURCE_DIR "/images/assemble", recipes() / "assemble");
  }
  ~RecipeFixture() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path recipes() const { return directory_ / "recipes"; }
  std::filesystem::path cache() const { return directory_ / "cache"; }
  std::filesystem::path images() const { return cache() / "images"; }
  ImageStore store() const { return {recipes(), cache()}; }

  static void write(const std::filesystem::path& file, std::string_view content) {
    std::filesystem::create_directories(file.parent_path());
    base::open_file(file, O_WRONLY | O_CREAT | O_TRUNC).write_all(content);
  }

  // A recipe that needs neither packages nor a network: its kernel package is a file made here, whose only
  // content is boot/vmlinuz-1, `kernel`.
  void make_recipe(const std::string& name, std::string_view kernel = "a kernel") {
    const auto package = directory_ / "package";
    write(package / "DEBIAN/control",
          "Package: linux-image-tiny\nVersion: 1.2-3\nArchitecture: all\nMaintainer: nobody "
          "<nobody@localhost>\n"
          "Description: tiny\n");
    write(package / "boot/vmlinuz-1", kernel);
    write(package / "boot/config-1", "CONFIG_PVH=y\n");
    write(recipes() / name / "recipe.yaml", "kernel: tiny.deb\ncommand_line: console=ttyS0\n");
    write(recipes() / name / "files/init", "#!/bin/busybox sh\n");
    std::filesystem::permissions(recipes() / name / "files/init", std::filesystem::perms(0755));
    const auto result =
        base::run_command({.command = {"dpkg-deb", "--build", "--root-owner-group", "-Znone",
                                       package.string(), (recipes() / name / "tiny.deb").string()}});
    ASSERT_TRUE(result.status.success()) << result.errors;
    std::filesystem::remove_all(package);
  }

  std::filesystem::path directory_;
};

}  // namespace banco::machine
