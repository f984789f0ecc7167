#include "harness/machine/container_runtime.hh"

#include <fcntl.h>
#include <sys/mount.h>

#include "harness/machine/lab.hh"
#include "harness/machine/machine.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

const std::filesystem::path kImagesDirectory = kLabDirectory / "images";

// crun refuses the layout of both versions side by side; it makes no groups here, and any one will do.
void mount_control_groups() {
  constexpr const char* kMountPoint = "/sys/fs/cgroup";
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (::mount("cgroup2", kMountPoint, "cgroup2", kFlags, nullptr) == 0) return;
  base::check_system_call("mount tmpfs", kMountPoint,
                          ::mount("tmpfs", kMountPoint, "tmpfs", kFlags, nullptr));
}

}  // namespace

ContainerRuntime::ContainerRuntime(const LimitGroups* limits) : limits_(limits) {
  mount_control_groups();
  const auto init = base::find_program("catatonit");
  if (!init) throw base::SystemError(ENOENT, "catatonit");
  init_ = *init;
}

const ContainerRoot& ContainerRuntime::unpacked(const Image& image) {
  const std::string name = image.name + "-" + image.hash;
  const auto found = unpacked_.find(name);
  if (found != unpacked_.end()) return found->second;
  const auto folder = kImagesDirectory / name;
  std::filesystem::create_directories(folder);
  const auto archive = base::open_file(image.initrd, O_RDONLY);
  // Kernel modules and the guest's process 1 are of no use here.
  const auto result =
      base::run_command({.command = {"cpio", "--extract", "--make-directories",
                                     "--preserve-modification-time", "--quiet", "--no-absolute-filenames",
                                     "--nonmatching", "--directory", folder, "*lib/modules*", "init"},
                         .standard_input = &archive});
  if (!result.status.success())
    throw MachineError("image " + image.name + " cannot be unpacked: " + result.errors);
  return unpacked_.emplace(name, ContainerRoot{.folder = folder, .environment = {}}).first->second;
}

const ContainerRoot& ContainerRuntime::unpacked(const std::filesystem::path& own) {
  const auto found = unpacked_.find(own);
  if (found != unpacked_.end()) return found->second;
  const auto root = [&]() -> ContainerRoot {
    if (std::filesystem::is_directory(own)) return {.folder = own, .environment = {}};
    const OciArchive archive = read_oci_archive(own);
    return unpack(archive, kImagesDirectory / archive.digest);
  };
  return unpacked_.emplace(own, root()).first->second;
}

std::vector<std::string> ContainerRuntime::command(const std::vector<std::string>& words) const {
  std::vector<std::string> command{"crun", "--root", kLabDirectory / "crun", "--cgroup-manager=disabled"};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

}  // namespace banco::machine
