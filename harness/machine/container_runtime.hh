// ContainerRuntime: what all containers of a lab share: the program crun, and images unpacked.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/machine/image/image.hh"
#include "harness/machine/limit_groups.hh"
#include "harness/machine/oci_archive.hh"

namespace banco::machine {

class ContainerRuntime {
 public:
  // Puts what crun wants to see where it looks for it. `limits` were made outside of the lab; null when no
  // container has any. Requires: the lab, crun, catatonit. Throws base::SystemError.
  explicit ContainerRuntime(const LimitGroups* limits = nullptr);

  // The file system of a guest image as a folder of the lab, which stays as it is: unpacked when it is asked
  // for first. Throws MachineError.
  const ContainerRoot& unpacked(const Image& image);
  // The same of an image of the user's own: a folder, which is used where it is, or an OCI archive. Throws
  // ImageError, base::SystemError.
  const ContainerRoot& unpacked(const std::filesystem::path& own);

  // Of a container; nothing of it where there is nothing to enforce. Throws base::SystemError.
  LimitGroup limit_group(const Limits& limits) const {
    return limits_ != nullptr ? limits_->take(limits) : LimitGroup();
  }

  // crun(1) with `words`.
  std::vector<std::string> command(const std::vector<std::string>& words) const;
  // A static program that waits and reaps: what containers have as process 1.
  const std::filesystem::path& init() const { return init_; }

 private:
  const LimitGroups* limits_;
  std::filesystem::path init_;
  std::map<std::string, ContainerRoot> unpacked_;  // by name and hash, or path
};

}  // namespace banco::machine
