// Listing and finding, without building.
#include "harness/machine/image/image.hh"

#include <gmock/gmock.h>

#include "harness/machine/image/recipe_fixture.hh"

namespace banco::machine {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class Images : public RecipeFixture {
 protected:
  // What a build leaves.
  std::filesystem::path pretend_built(const std::string& name) {
    const auto listing = store().list();
    const auto entry =
        std::find_if(listing.begin(), listing.end(), [&](const auto& l) { return l.name == name; });
    const auto folder = images() / (name + "-" + entry->hash);
    write(folder / "vmlinux", "kernel");
    write(folder / "initrd", "init");
    write(folder / "image.json",
          fmt::format(R"({{"name":"{}","hash":"{}","command_line":"quiet","versions":{{"kernel":"6.1"}},)"
                      R"("bytes":{{"vmlinux":6,"initrd":4}}}})",
                      name, entry->hash));
    return folder;
  }
};

TEST_F(Images, AreListedByName) {
  make_recipe("small");
  make_recipe("large");
  std::filesystem::create_directory(recipes() / "no-recipe");
  pretend_built("small");
  const auto listing = store().list();
  ASSERT_EQ(listing.size(), 2U);
  EXPECT_EQ(listing[0].name, "large");
  EXPECT_FALSE(listing[0].built);
  EXPECT_EQ(listing[0].kernel_version, "");
  EXPECT_EQ(listing[1].name, "small");
  EXPECT_TRUE(listing[1].built);
  EXPECT_EQ(listing[1].bytes, 10U);
  EXPECT_EQ(listing[1].kernel_version, "6.1");
}

TEST_F(Images, AreFoundUntilTheirRecipeChanges) {
  make_recipe("small");
  EXPECT_FALSE(store().find("small"));
  const auto folder = pretend_built("small");
  const auto image = store().find("small");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->kernel, folder / "vmlinux");
  EXPECT_EQ(image->initrd, folder / "initrd");
  EXPECT_EQ(image->command_line, "quiet");
  EXPECT_EQ(image->versions.at("kernel"), "6.1");
  write(recipes() / "small/files/more", "");
  EXPECT_FALSE(store().find("small"));
}

TEST_F(Images, DamagedInTheCacheAreNoImages) {
  make_recipe("small");
  const auto folder = pretend_built("small");
  const std::string description = base::read_file(folder / "image.json");
  for (const std::string& damaged : {std::string(), description.substr(0, description.size() / 2),
                                     std::string("[]"), std::string("{}"), std::string(100000, '[')}) {
    write(folder / "image.json", damaged);
    EXPECT_FALSE(store().find("small")) << damaged.substr(0, 40);
  }
  write(folder / "image.json", description);
  EXPECT_TRUE(store().find("small"));
  write(folder / "vmlinux", "kern");
  EXPECT_FALSE(store().find("small"));
  std::filesystem::remove(folder / "vmlinux");
  EXPECT_FALSE(store().find("small"));
}

TEST_F(Images, UnknownAreRefusedWithTheNearestName) {
  make_recipe("small");
  make_recipe("large");
  const std::string sentence = R"(there is no image "smal"; did you mean "small"? Known: large, small)";
  EXPECT_THAT([&] { store().find("smal"); }, ThrowsMessage<ImageError>(sentence));
  EXPECT_THAT([&] { store().build("smal", {}); }, ThrowsMessage<ImageError>(sentence));
  for (const char* name : {"", ".", "..", "../recipes/small", "small/", "/"})
    EXPECT_THAT([&] { store().find(name); }, ThrowsMessage<ImageError>(HasSubstr("there is no image")));
  EXPECT_THAT([&] { store().find(std::string(1 << 20, 'x')); },
              ThrowsMessage<ImageError>(HasSubstr("did you mean")));
}

TEST_F(Images, WithoutAnyRecipeSaySo) {
  EXPECT_TRUE(store().list().empty());
  EXPECT_THAT([&] { store().find("base"); },
              ThrowsMessage<ImageError>(HasSubstr("there are no image recipes in")));
  EXPECT_TRUE(ImageStore("/nonexistent", cache()).list().empty());
}

TEST_F(Images, OfThisRepositoryHaveReadableRecipes) {
  const ImageStore repository(PROJECT_SOURCE_DIR "/images", cache());
  const auto listing = repository.list();
  ASSERT_FALSE(listing.empty());
  EXPECT_EQ(listing[0].name, "base");
}

}  // namespace
}  // namespace banco::machine
