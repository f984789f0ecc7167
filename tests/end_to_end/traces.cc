#include "tests/end_to_end/traces.hh"

#include <sys/mount.h>

#include <filesystem>
#include <sstream>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::end_to_end {
namespace {

constexpr const char* kTemporaryDirectories[] = {"/run", "/tmp", "/var/tmp", "/dev/shm"};

}  // namespace

std::set<std::string> traces() {
  std::set<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net"))
    all.insert("device " + entry.path().filename().string());
  std::istringstream mounts(base::read_file("/proc/self/mounts"));
  for (std::string line; std::getline(mounts, line);) all.insert("mount " + line);
  std::istringstream sockets(base::read_file("/proc/net/unix"));
  for (std::string line; std::getline(sockets, line);)
    if (const auto path = line.find('/'); path != std::string::npos)
      all.insert("socket " + line.substr(path));
  for (const char* directory : kTemporaryDirectories)
    if (std::filesystem::exists(directory))
      for (const auto& entry : std::filesystem::directory_iterator(directory))
        all.insert("file " + entry.path().string());
  return all;
}

void cover_temporary_directories() {
  const std::filesystem::path trees[] = {PROJECT_SOURCE_DIR, PROJECT_BINARY_DIR};
  std::vector<base::FileDescriptor> kept;
  for (const auto& tree : trees) kept.push_back(base::open_file(tree, O_PATH | O_DIRECTORY));
  for (const char* directory : kTemporaryDirectories)
    if (std::filesystem::exists(directory))
      base::check_system_call("mount", std::string(directory),
                              ::mount("tmpfs", directory, "tmpfs", 0, "mode=1777"));
  std::filesystem::create_directory("/run/mount");  // mount(8) of as_user would make it
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (std::filesystem::exists(trees[i])) continue;
    std::filesystem::create_directories(trees[i]);
    const std::string source = "/proc/self/fd/" + std::to_string(kept[i].number());
    base::check_system_call("mount", trees[i].string(),
                            ::mount(source.c_str(), trees[i].c_str(), nullptr, MS_BIND | MS_REC, nullptr));
  }
}

}  // namespace banco::end_to_end
