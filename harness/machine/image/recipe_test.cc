// Recipes and what their hash covers.
#include "harness/machine/image/recipe.hh"

#include <gmock/gmock.h>

#include "harness/machine/image/recipe_fixture.hh"

namespace banco::machine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Pair;
using testing::ThrowsMessage;

constexpr const char* kRecipe = R"(kernel: linux-image-cloud-amd64
command_line: >-
  console=ttyS0
  quiet
packages:
  iperf3: [iperf3]
  iproute2: [ip, /usr/lib/tc/normal.dist]
modules:
  boot: [virtio_pci, virtio-rng]
  carried: [sch_netem]
)";

class RecipeText : public RecipeFixture {
 protected:
  Recipe read(std::string_view text) {
    write(recipes() / "small/recipe.yaml", text);
    return read_recipe(recipes() / "small");
  }
  // A matcher for what `text` is refused with.
  static auto refused_with(const std::string& sentence) {
    return ThrowsMessage<ImageError>(HasSubstr("small/recipe.yaml:" + sentence));
  }
};

TEST_F(RecipeText, IsReadAsWritten) {
  const Recipe recipe = read(kRecipe);
  EXPECT_EQ(recipe.name, "small");
  EXPECT_EQ(recipe.kernel, "linux-image-cloud-amd64");
  EXPECT_EQ(recipe.command_line, "console=ttyS0 quiet");
  EXPECT_THAT(recipe.packages, ElementsAre(Pair("iperf3", ElementsAre("iperf3")),
                                           Pair("iproute2", ElementsAre("ip", "/usr/lib/tc/normal.dist"))));
  EXPECT_THAT(recipe.boot_modules, ElementsAre("virtio_pci", "virtio-rng"));
  EXPECT_THAT(recipe.carried_modules, ElementsAre("sch_netem"));
}

TEST_F(RecipeText, SaysWhatIsMissingOrUnknown) {
  EXPECT_THAT([&] { read("command_line: quiet\n"); }, refused_with("1: the key \"kernel\" is missing"));
  EXPECT_THAT([&] { read("kernel: k\n"); }, refused_with("1: the key \"command_line\" is missing"));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: q\n\npackage: {}\n"); },
              refused_with("4: unknown key \"package\"; known: kernel, command_line, packages, modules"));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: q\nmodules: {bot: [a]}\n"); },
              refused_with("3: unknown key \"bot\""));
}

TEST_F(RecipeText, LetsNoWordOfItActOnTheBuildersShell) {
  for (const char* name :
       {"'a b'", "'$(reboot)'", "'a;b'", "-C", "'*'", "../x", "a/b", "''", "[a]", "\"a\\nb\"", "è"})
    EXPECT_THAT([&] { read(fmt::format("kernel: {}\ncommand_line: q\n", name)); }, refused_with("1: "))
        << name;
  for (const char* name : {"'a b'", "'`x`'", "--install", "/a/b", "{a: b}"})
    EXPECT_THAT([&] { read(fmt::format("kernel: k\ncommand_line: q\nmodules: {{boot: [{}]}}\n", name)); },
                refused_with("3: "))
        << name;
  for (const char* name : {"'/usr/bin/x y'", "usr/bin/x", "/usr/../etc/shadow"})
    EXPECT_THAT([&] { read(fmt::format("kernel: k\ncommand_line: q\npackages: {{p: [{}]}}\n", name)); },
                refused_with("3: "))
        << name;
}

TEST_F(RecipeText, OfTheWrongShapeIsRefusedWithItsLine) {
  EXPECT_THAT([&] { read(""); }, refused_with("1: "));
  EXPECT_THAT([&] { read("- a\n"); }, refused_with("1: keys and values are wanted here"));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: q\npackages: [iperf3]\n"); }, refused_with("3: "));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: q\nmodules: {boot: virtio}\n"); },
              refused_with("3: a list is wanted here"));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: \"a\\0b\"\n"); }, refused_with("2: "));
  EXPECT_THAT([&] { read("kernel: k\ncommand_line: " + std::string(2000, 'x')); },
              refused_with("2: longer than"));
  EXPECT_THAT([&] { read("kernel: [k\n"); }, refused_with("2: "));
  EXPECT_THAT([&] { read("kernel: *nowhere\n"); }, refused_with("1: "));
}

TEST_F(RecipeText, ThatIsHugeDeepOrBinaryIsRefused) {
  EXPECT_THAT([&] { read(std::string(1 << 20, '#')); },
              ThrowsMessage<ImageError>(HasSubstr("are no recipe")));
  EXPECT_THAT([&] { read(std::string(60000, '[')); }, refused_with("1: "));
  EXPECT_THAT(
      [&] {
        read(
            std::string("\x7f"
                        "ELF\0\0\1\2\xff",
                        9));
      },
      refused_with("1: "));
  EXPECT_THAT([&] { read_recipe(recipes() / "none"); },
              ThrowsMessage<ImageError>(HasSubstr("none/recipe.yaml")));
}

class ContentHash : public RecipeFixture {
 protected:
  ContentHash() {
    write(recipes() / "small/recipe.yaml", kRecipe);
    write(recipes() / "small/files/init", "init");
    write(recipes() / "small/files/etc/hosts", "hosts");
  }
  std::string hash() const {
    return content_hash(read_recipe(recipes() / "small"), recipes() / "assemble", versions_);
  }

  PackageVersions versions_{{"iperf3", "3.12"}, {"iproute2", "6.1"}};
};

TEST_F(ContentHash, IsTheSameForTheSameRecipeElsewhere) {
  EXPECT_THAT(hash(), testing::MatchesRegex("[0-9a-f]{12}"));
  const std::string here = hash();
  std::filesystem::rename(recipes() / "small", directory_ / "small");
  EXPECT_EQ(content_hash(read_recipe(directory_ / "small"), recipes() / "assemble", versions_), here);
}

TEST_F(ContentHash, ChangesWithWhateverGoesIntoTheImage) {
  namespace fs = std::filesystem;
  const auto files = recipes() / "small/files";
  std::vector<std::string> seen{hash()};
  const auto is_new = [&](const char* what) {
    const std::string now = hash();
    EXPECT_EQ(std::count(seen.begin(), seen.end(), now), 0) << what;
    seen.push_back(now);
  };
  write(files / "init", "inis");
  is_new("content");
  fs::permissions(files / "init", fs::perms(0755));
  is_new("executable bit");
  fs::rename(files / "etc/hosts", files / "etc/host");
  is_new("name");
  fs::rename(files / "etc/host", files / "host");
  is_new("folder");
  fs::create_directory(files / "empty");
  is_new("empty folder");
  fs::create_symlink("a", files / "link");
  is_new("link");
  fs::remove(files / "link");
  fs::create_symlink("b", files / "link");
  is_new("target of a link");
  write(recipes() / "small/recipe.yaml", std::string(kRecipe) + "# more\n");
  is_new("recipe");
  write(recipes() / "assemble", "exit 1\n");
  is_new("builder");
  versions_["iperf3"] = "3.13";
  is_new("version");
  versions_.erase("iperf3");
  is_new("missing package");
}

TEST_F(ContentHash, RefusesWhatCannotBeCopied) {
  ASSERT_EQ(::mkfifo((recipes() / "small/files/pipe").c_str(), 0600), 0);
  EXPECT_THAT([&] { hash(); }, ThrowsMessage<ImageError>(HasSubstr("files/pipe: neither file")));
}

}  // namespace
}  // namespace banco::machine
