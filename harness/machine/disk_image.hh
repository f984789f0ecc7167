// DiskImage: a disk of the user's own that a guest boots from: qcow2, or raw.
//
// Trust  such files are strangers': a qcow2 file may name others, which QEMU would open and show to the
// guest.
//        The header is read here before QEMU sees the file, and names no other file, or is refused.
// Source docs/interop/qcow2.txt of QEMU 7.2.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace banco::machine {

struct DiskImage {
  std::filesystem::path file;
  std::string format;               // "qcow2" or "raw", as QEMU calls it
  std::uint64_t virtual_bytes = 0;  // what the guest sees
};

// Throws ImageError: no such file, neither qcow2 nor NAME.img or NAME.raw, encrypted, damaged, with parts in
// other files.
DiskImage read_disk_image(const std::filesystem::path& file);

// Makes `overlay`, a disk that shows `image` and takes what is written to it. Requires: the lab, qemu-img.
// Throws ImageError, base::SystemError.
void make_overlay(const DiskImage& image, const std::filesystem::path& overlay);

}  // namespace banco::machine
