#include "harness/run/installation.hh"

#include <cstdlib>
#include <stdexcept>

namespace banco::run {
namespace {

// Asked once, at the start: a run of hours may see its program replaced by a newer one.
const std::filesystem::path& program_directory() {
  static const auto directory = std::filesystem::canonical("/proc/self/exe").parent_path();
  return directory;
}

}  // namespace

std::filesystem::path data_directory() {
  const auto& directory = program_directory();
  for (const auto& candidate : {directory / "../..", directory / "../share/banco"})
    if (std::filesystem::is_directory(candidate / "images")) return std::filesystem::canonical(candidate);
  throw std::runtime_error("cannot find images/ and scenarios/ beside " + directory.string() +
                           ": run banco from its build tree, or install it with cmake --install");
}

std::filesystem::path cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "banco";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::filesystem::path(home) / ".cache/banco";
  throw std::runtime_error("neither HOME nor XDG_CACHE_HOME is set: set one, built images are kept there");
}

std::string vde_plugin_path() {
  const auto& directory = program_directory();
  std::string path;
  for (const auto& candidate : {directory / "../lib/vdeplug", std::filesystem::path("/usr/local/lib/vdeplug"),
                                std::filesystem::path("/usr/lib/x86_64-linux-gnu/vdeplug"),
                                std::filesystem::path("/usr/lib/vdeplug")}) {
    if (!std::filesystem::is_directory(candidate)) continue;
    if (!path.empty()) path += ":";
    path += std::filesystem::canonical(candidate).string();
  }
  return path;
}

void prefer_own_programs() {
  const char* path = std::getenv("PATH");
  const std::string others = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  ::setenv("PATH", (program_directory().string() + ":" + others).c_str(), 1);
  ::setenv("VDEPLUGIN_PATH", vde_plugin_path().c_str(), 1);
}

}  // namespace banco::run
