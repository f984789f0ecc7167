// OciArchive: an image of a container in one file, as `skopeo copy … oci-archive:FILE`, `podman save
// --format=oci-archive` and newer `docker save` write it.
//
// Shape  a tar of an image layout: index.json names one manifest by its digest; the rest lies in blobs/.
// Trust  such files are strangers': what is in them is bounded, checked, and unpacked by tar(1) and umoci(1).
// Source OCI Image Format Specification 1.0, image layout.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace banco::machine {

struct OciArchive {
  std::filesystem::path file;
  std::string digest;  // of the manifest: 64 hexadecimal digits of SHA-256
};

// Throws ImageError: no such file, no such archive, several images in it.
OciArchive read_oci_archive(const std::filesystem::path& file);

// What a container is made of.
struct ContainerRoot {
  std::filesystem::path folder;
  std::vector<std::pair<std::string, std::string>> environment;  // that its processes have
};

// Unpacks it below `directory`, which is made. An ordinary user is one user: an image with files of several
// is refused. Requires: the lab, tar, umoci. Throws ImageError, base::SystemError.
ContainerRoot unpack(const OciArchive& archive, const std::filesystem::path& directory);

}  // namespace banco::machine
