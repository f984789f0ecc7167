// What dpkg knows on this machine: versions of packages, and where their programs lie.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace banco::machine {

// Debian package: programs of it, as names or absolute paths.
using PackagePrograms = std::map<std::string, std::vector<std::string>>;

// Debian package: version. A package that is not installed is not in it.
using PackageVersions = std::map<std::string, std::string>;

// Throws ImageError when there is no dpkg-query.
PackageVersions installed_versions(const PackagePrograms& packages);

// Absolute paths of all these programs, as their packages installed them. `needed_by` begins the sentences.
// Throws ImageError: a package that is not in `versions`, with the command that installs it; a program that a
// package does not have.
std::vector<std::string> program_paths(const std::string& needed_by, const PackagePrograms& packages,
                                       const PackageVersions& versions);

}  // namespace banco::machine
