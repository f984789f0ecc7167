// ImageStore: guest images, built from the recipes in images/ and kept in the user's cache for ever.
// recipe.hh reads a recipe; images/README.md says how to write one and what a guest must do.
//
// Theory of operation
//
//     banco ──> setpriv --pdeathsig ──> unshare -m -p ──> sh images/assemble: everything on a tmpfs of its
//     own
//       │                                                      │
//       └── two files without a name (O_TMPFILE) <─────────────┘ writes the kernel and the initramfs into
//       them
//
// When the script has done well, both files and image.json get their names, image.json last: an image exists
// when its image.json does. Whoever is killed at any moment, the kernel undoes the rest: processes go with
// their PID namespace, the tmpfs with its mount namespace, the nameless files with their descriptors. A
// folder without image.json (killed between the three names) counts as nothing; the next build removes it.
//
// Shape of the cache: CACHE/images/NAME-HASH/{vmlinux,initrd,image.json}. HASH covers the recipe folder, the
// builder script and the versions of the Debian packages that programs are taken from, so a changed recipe is
// another image, and `find` needs no network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace banco::machine {

// Why there is no image, in one sentence that says what to do.
class ImageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Image {
  std::string name;
  std::string hash;              // 12 hexadecimal digits
  std::filesystem::path kernel;  // an ELF with a PVH entry where the package allows it, otherwise a bzImage
  std::filesystem::path initrd;
  std::string command_line;                     // of the kernel; the guest's own words are added to it
  std::map<std::string, std::string> versions;  // "kernel", and each Debian package that a program comes from
};

struct ImageListing {
  std::string name;
  std::string hash;
  bool built = false;
  std::uint64_t bytes = 0;     // on disk; 0 when it is not built
  std::string kernel_version;  // empty when it is not built
};

class ImageStore {
 public:
  using Progress = std::function<void(const std::string& line)>;

  // `recipes_directory` holds one folder a recipe and the builder script `assemble`; `cache_directory` is
  // made when something is built.
  ImageStore(std::filesystem::path recipes_directory, std::filesystem::path cache_directory);

  // Every recipe, by name. Throws ImageError when one cannot be read.
  std::vector<ImageListing> list() const;

  // The image as its recipe is now, if it has been built. Asks no network.
  // Throws ImageError: no such recipe (with the nearest name), or an unreadable one.
  std::optional<Image> find(const std::string& name) const;

  // Builds the image unless it is there. `progress` gets lines for people. Waits for another build in the
  // same cache. Blocks for seconds, and for the download of a kernel when the recipe names a Debian package.
  // Throws ImageError: besides those of `find`, missing packages and programs, a builder that failed, a full
  // disk.
  Image build(const std::string& name, const Progress& progress) const;

 private:
  std::filesystem::path recipe_folder(const std::string& name) const;

  std::filesystem::path recipes_directory_;
  std::filesystem::path images_directory_;
};

}  // namespace banco::machine
