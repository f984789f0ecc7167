// Where banco's own files are: recipes and scenarios beside the program, built images in the user's cache.
#pragma once

#include <filesystem>
#include <string>

namespace banco::run {

// The folder that holds images/ and scenarios/: the source tree above build/bin, or PREFIX/share/banco.
// Throws std::runtime_error when neither is there.
std::filesystem::path data_directory();

// Outside of the lab: $XDG_CACHE_HOME/banco or ~/.cache/banco; not made here. Throws std::runtime_error
// without both variables.
std::filesystem::path cache_directory();

// Directories of libvdeplug modules, as VDEPLUGIN_PATH wants them: ours, then the system's, since the
// variable replaces libvdeplug's own search.
std::string vde_plugin_path();

// Lets programs that we start find this project's own first: PATH and VDEPLUGIN_PATH of this process.
void prefer_own_programs();

}  // namespace banco::run
