#include "harness/machine/disk_image.hh"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <span>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

constexpr std::uint32_t kMagic = 0x514649fb;   // "QFI\xfb"
constexpr std::size_t kHeaderBytes = 104;      // of version 3 with its fixed fields
constexpr std::size_t kShortHeaderBytes = 72;  // of version 2
constexpr std::size_t kSectorBytes = 512;

// Bits of incompatible_features.
constexpr std::uint64_t kDirty = 1 << 0;
constexpr std::uint64_t kCorrupt = 1 << 1;
constexpr std::uint64_t kExternalData = 1 << 2;
constexpr std::uint64_t kCompressionType = 1 << 3;
constexpr std::uint64_t kExtendedL2 = 1 << 4;
constexpr std::uint64_t kKnown = kDirty | kCorrupt | kExternalData | kCompressionType | kExtendedL2;

using Header = std::array<unsigned char, kHeaderBytes>;

// Numbers are big-endian.
template <typename Integer>
Integer number_at(const Header& header, std::size_t offset) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<Integer>(value << 8 | header[offset + i]);
  return value;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw ImageError(file.string() + " " + why);
}

DiskImage read_qcow2(const std::filesystem::path& file, const Header& header, std::size_t length_bytes) {
  const auto version = number_at<std::uint32_t>(header, 4);
  if (length_bytes < kShortHeaderBytes || (version == 3 && length_bytes < kHeaderBytes))
    refuse(file, "is damaged: its header is cut off");
  if (version != 2 && version != 3)
    refuse(file, fmt::format("is qcow2 of version {}, which is unknown", version));
  if (number_at<std::uint64_t>(header, 8) != 0)
    refuse(file, "has a backing file: make it whole with qemu-img convert -O qcow2");
  if (number_at<std::uint32_t>(header, 32) != 0)
    refuse(file, "is encrypted: decrypt it with qemu-img convert");
  const auto features = version == 3 ? number_at<std::uint64_t>(header, 72) : 0;
  if ((features & kExternalData) != 0)
    refuse(file, "keeps its data in another file: make it whole with qemu-img convert -O qcow2");
  if ((features & kCorrupt) != 0) refuse(file, "is marked as corrupt: repair it with qemu-img check -r all");
  if ((features & ~kKnown) != 0)
    refuse(file, fmt::format("needs features of qcow2 that are unknown ({:#x})", features));
  return {file, "qcow2", number_at<std::uint64_t>(header, 24)};
}

}  // namespace

DiskImage read_disk_image(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw ImageError("there is no " + file.string());
  if (!std::filesystem::is_regular_file(file, error)) refuse(file, "is no disk image: it is no file");
  try {
    const base::FileDescriptor opened = base::open_file(file, O_RDONLY);
    Header header{};
    std::size_t length_bytes = 0;
    while (length_bytes < header.size()) {
      const std::size_t count = opened.read(std::as_writable_bytes(std::span(header)).subspan(length_bytes));
      if (count == 0) break;
      length_bytes += count;
    }
    if (number_at<std::uint32_t>(header, 0) == kMagic) return read_qcow2(file, header, length_bytes);
  } catch (const base::SystemError& failure) {
    throw ImageError(failure.what());
  }
  const auto extension = file.extension();
  if (extension != ".img" && extension != ".raw")
    refuse(file, "is no qcow2 image; a raw one is called NAME.img or NAME.raw");
  const auto size_bytes = std::filesystem::file_size(file);
  if (size_bytes == 0 || size_bytes % kSectorBytes != 0)
    refuse(file, fmt::format("is no raw disk: its {} bytes are no number of sectors of {}", size_bytes,
                             kSectorBytes));
  return {file, "raw", size_bytes};
}

void make_overlay(const DiskImage& image, const std::filesystem::path& overlay) {
  const auto result =
      base::run_command({.command = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", image.format, "-b",
                                     std::filesystem::absolute(image.file), overlay}});
  if (!result.status.success())
    throw ImageError(image.file.string() + ": " + result.errors.substr(0, result.errors.find('\n')));
}

}  // namespace banco::machine
