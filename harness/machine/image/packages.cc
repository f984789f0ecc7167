#include "harness/machine/image/packages.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string_view>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

std::string dpkg_query(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "dpkg-query");
  try {
    // It fails when it does not know one package, yet prints the others.
    return base::run_command({.command = std::move(arguments), .environment = {{"LC_ALL", "C"}}}).output;
  } catch (const base::SystemError& error) {
    throw ImageError(fmt::format("images are made of Debian packages, but: {}", error.what()));
  }
}

// Where `program` is among the files of its package; empty when it is not.
std::string path_of(const std::string& program, const std::set<std::string>& files) {
  if (program.starts_with('/')) return files.contains(program) ? program : "";
  constexpr std::array<std::string_view, 4> kFolders = {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"};
  for (const auto folder : kFolders)
    if (const std::string path = std::string(folder) + program; files.contains(path)) return path;
  return "";
}

}  // namespace

PackageVersions installed_versions(const PackagePrograms& packages) {
  PackageVersions versions;
  if (packages.empty()) return versions;
  std::vector<std::string> arguments{"--show", "--showformat=${Package} ${db:Status-Status} ${Version}\\n",
                                     "--"};
  for (const auto& [package, programs] : packages) arguments.push_back(package);
  std::istringstream lines(dpkg_query(std::move(arguments)));
  for (std::string package, status, version; lines >> package >> status && std::getline(lines, version);)
    if (status == "installed" && version.size() > 1) versions[package] = version.substr(1);
  return versions;
}

std::vector<std::string> program_paths(const std::string& needed_by, const PackagePrograms& packages,
                                       const PackageVersions& versions) {
  std::vector<std::string> missing;
  for (const auto& [package, programs] : packages)
    if (!versions.contains(package)) missing.push_back(package);
  if (!missing.empty())
    throw ImageError(fmt::format("{} needs {}: apt-get install {}", needed_by, fmt::join(missing, ", "),
                                 fmt::join(missing, " ")));

  std::vector<std::string> paths;
  for (const auto& [package, programs] : packages) {
    std::istringstream lines(dpkg_query({"--listfiles", "--", package}));
    std::set<std::string> files;
    for (std::string line; std::getline(lines, line);) files.insert(line);
    for (const auto& program : programs) {
      const std::string path = path_of(program, files);
      if (path.empty())
        throw ImageError(fmt::format("{} takes {} from the package {}, which has no such program", needed_by,
                                     program, package));
      paths.push_back(path);
    }
  }
  return paths;
}

}  // namespace banco::machine
