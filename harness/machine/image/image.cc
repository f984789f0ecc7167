#include "harness/machine/image/image.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "harness/machine/image/builder.hh"
#include "harness/machine/image/recipe.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kKernelFile = "vmlinux";
constexpr const char* kInitrdFile = "initrd";
constexpr const char* kDescriptionFile = "image.json";

// Insertions, deletions and replacements that make one word the other.
std::size_t edit_count(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[to.size()];
}

std::vector<std::string> recipe_names(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (fs::exists(entry.path() / "recipe.yaml", error)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// A recipe with what its image is called now.
struct Wanted {
  Recipe recipe;
  PackageVersions versions;
  std::string hash;
  fs::path folder;
};

Wanted wanted(const fs::path& recipe_folder, const fs::path& builder, const fs::path& images_directory) {
  Recipe recipe = read_recipe(recipe_folder);
  PackageVersions versions = installed_versions(recipe.packages);
  std::string hash = content_hash(recipe, builder, versions);
  fs::path folder = images_directory / fmt::format("{}-{}", recipe.name, hash);
  return {std::move(recipe), std::move(versions), std::move(hash), std::move(folder)};
}

// Nothing unless the folder holds a whole image: a damaged one is built anew.
std::optional<Image> read_image(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / kDescriptionFile, error)) return std::nullopt;
  const json description =
      json::parse(base::open_file(folder / kDescriptionFile, O_RDONLY).read_all(1 << 20), nullptr, false);
  try {
    Image image{.name = description.at("name"),
                .hash = description.at("hash"),
                .kernel = folder / kKernelFile,
                .initrd = folder / kInitrdFile,
                .command_line = description.at("command_line"),
                .versions = description.at("versions")};
    const bool whole = fs::file_size(image.kernel, error) == description.at("bytes").at(kKernelFile) &&
                       fs::file_size(image.initrd, error) == description.at("bytes").at(kInitrdFile) &&
                       image.versions.contains("kernel");
    return whole ? std::optional(std::move(image)) : std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

// A file that has no name yet, and is gone with its descriptor unless it gets one.
class NamelessFile {
 public:
  explicit NamelessFile(const fs::path& directory)
      : file_(base::open_file(directory, O_TMPFILE | O_RDWR, 0644)) {}

  const base::FileDescriptor& descriptor() const { return file_; }
  std::uintmax_t size_bytes() const {
    struct stat status {};
    base::check_system_call("fstat", ::fstat(file_.number(), &status));
    return static_cast<std::uintmax_t>(status.st_size);
  }
  void sync() const { base::check_system_call("fsync", ::fsync(file_.number())); }
  void give_name(const fs::path& name) const {
    const std::string self = "/proc/self/fd/" + std::to_string(file_.number());
    base::check_system_call("linkat", name.string(),
                            ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW));
  }

 private:
  base::FileDescriptor file_;
};

// What a build that was killed while naming its files, or a damaged disk, has left.
void remove_fragments(const fs::path& images_directory) {
  for (const auto& entry : fs::directory_iterator(images_directory))
    if (entry.is_directory() && !read_image(entry.path())) fs::remove_all(entry.path());
}

void lock(const base::FileDescriptor& directory, const ImageStore::Progress& progress) {
  if (::flock(directory.number(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) progress("waiting for another build");
  while (::flock(directory.number(), LOCK_EX) != 0)
    if (errno != EINTR) throw base::SystemError(errno, "flock");
}

void build_into(const Wanted& wanted, const fs::path& script, const ImageStore::Progress& progress) {
  const fs::path images_directory = wanted.folder.parent_path();
  const auto programs = program_paths("image " + wanted.recipe.name, wanted.recipe.packages, wanted.versions);
  const NamelessFile kernel(images_directory);
  const NamelessFile initrd(images_directory);
  const NamelessFile description(images_directory);

  auto versions = wanted.versions;
  versions["kernel"] = run_builder({.recipe = wanted.recipe,
                                    .script = script,
                                    .program_paths = programs,
                                    .scratch = images_directory,
                                    .kernel_output = kernel.descriptor(),
                                    .initrd_output = initrd.descriptor()},
                                   progress);
  if (kernel.size_bytes() == 0 || initrd.size_bytes() == 0 || versions["kernel"].empty())
    throw ImageError(fmt::format("image {} cannot be built: the builder wrote nothing", wanted.recipe.name));
  const json text{{"name", wanted.recipe.name},
                  {"hash", wanted.hash},
                  {"command_line", wanted.recipe.command_line},
                  {"versions", versions},
                  {"bytes", {{kKernelFile, kernel.size_bytes()}, {kInitrdFile, initrd.size_bytes()}}}};
  description.descriptor().write_all(text.dump(2) + "\n");
  for (const auto* file : {&kernel, &initrd, &description}) file->sync();

  fs::create_directory(wanted.folder);
  kernel.give_name(wanted.folder / kKernelFile);
  initrd.give_name(wanted.folder / kInitrdFile);
  description.give_name(wanted.folder / kDescriptionFile);
}

}  // namespace

ImageStore::ImageStore(fs::path recipes_directory, fs::path cache_directory)
    : recipes_directory_(std::move(recipes_directory)),
      images_directory_(std::move(cache_directory) / "images") {}

fs::path ImageStore::recipe_folder(const std::string& name) const {
  const auto names = recipe_names(recipes_directory_);
  if (std::find(names.begin(), names.end(), name) != names.end()) return recipes_directory_ / name;
  if (names.empty())
    throw ImageError(fmt::format("there are no image recipes in {}", recipes_directory_.string()));
  const auto nearest = std::min_element(names.begin(), names.end(), [&](const auto& left, const auto& right) {
    return edit_count(name.substr(0, 40), left) < edit_count(name.substr(0, 40), right);
  });
  throw ImageError(fmt::format("there is no image \"{}\"; did you mean \"{}\"? Known: {}", name, *nearest,
                               fmt::join(names, ", ")));
}

std::vector<ImageListing> ImageStore::list() const {
  std::vector<ImageListing> listings;
  for (const auto& name : recipe_names(recipes_directory_)) {
    const auto now = wanted(recipes_directory_ / name, recipes_directory_ / "assemble", images_directory_);
    ImageListing listing{.name = name, .hash = now.hash, .kernel_version = {}};
    if (const auto image = read_image(now.folder)) {
      listing.built = true;
      listing.bytes = fs::file_size(image->kernel) + fs::file_size(image->initrd);
      listing.kernel_version = image->versions.at("kernel");
    }
    listings.push_back(std::move(listing));
  }
  return listings;
}

std::optional<Image> ImageStore::find(const std::string& name) const {
  return read_image(wanted(recipe_folder(name), recipes_directory_ / "assemble", images_directory_).folder);
}

Image ImageStore::build(const std::string& name, const Progress& progress) const {
  const fs::path script = recipes_directory_ / "assemble";
  try {
    const auto now = wanted(recipe_folder(name), script, images_directory_);
    if (auto image = read_image(now.folder)) return *image;
    fs::create_directories(images_directory_);
    const auto directory = base::open_file(images_directory_, O_RDONLY | O_DIRECTORY);
    lock(directory, progress);
    if (auto image = read_image(now.folder)) return *image;
    remove_fragments(images_directory_);
    build_into(now, script, progress);
    base::check_system_call("fsync", ::fsync(directory.number()));
    if (auto image = read_image(now.folder)) return *image;
    throw ImageError(fmt::format("image {} vanished while it was built", name));
  } catch (const std::system_error& error) {
    throw ImageError(fmt::format("image {} cannot be built: {}", name, error.what()));
  }
}

}  // namespace banco::machine
