#include "harness/machine/image/recipe.hh"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <sstream>
#include <string_view>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

constexpr std::size_t kRecipeLimitBytes = 64 << 10;
constexpr std::size_t kCommandLineLimit = 1024;  // the kernel takes 2047, and names and addresses come too

using Folder = std::filesystem::path;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {}

  [[noreturn]] void refuse(const YAML::Node& node, const std::string& what) const {
    throw ImageError(fmt::format("{}:{}: {}", file_.string(), std::max(node.Mark().line, 0) + 1, what));
  }

  void check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known) const {
    if (!map.IsMap()) refuse(map, "keys and values are wanted here");
    for (const auto& entry : map) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (std::find(known.begin(), known.end(), key) == known.end())
        refuse(entry.first, fmt::format("unknown key \"{}\"; known: {}", key, fmt::join(known, ", ")));
    }
  }

  std::string text(const YAML::Node& node, const std::string& what) const {
    if (!node.IsScalar()) refuse(node, what + " is wanted here");
    const std::string value = node.Scalar();
    if (std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }))
      refuse(node, what + " has a character that is not printable ASCII");
    return value;
  }

  // Names go to dpkg, to modprobe and through the shell of the builder: letters, digits and + - . _ only,
  // not beginning with a dash; with slashes when it may be a path.
  std::string name(const YAML::Node& node, const std::string& what, bool may_be_path = false) const {
    const std::string value = text(node, what);
    const bool plain = std::all_of(value.begin(), value.end(), [&](unsigned char c) {
      return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.' || c == '_' ||
             (c == '/' && may_be_path);
    });
    if (value.empty() || value.front() == '-' || !plain || value.find("..") != std::string::npos ||
        (value.find('/') != std::string::npos && value.front() != '/'))
      refuse(node, fmt::format("\"{}\" is not {}", value, what));
    return value;
  }

  std::vector<std::string> names(const YAML::Node& node, const std::string& what,
                                 bool may_be_path = false) const {
    std::vector<std::string> result;
    if (!node || node.IsNull()) return result;
    if (!node.IsSequence()) refuse(node, "a list is wanted here, like [first, second]");
    for (const auto& item : node) result.push_back(name(item, what, may_be_path));
    return result;
  }

 private:
  std::filesystem::path file_;
};

YAML::Node load(const std::filesystem::path& file) {
  try {
    const std::string text = base::open_file(file, O_RDONLY).read_all(kRecipeLimitBytes);
    return YAML::Load(text);
  } catch (const base::SystemError& error) {
    throw ImageError(fmt::format("cannot read a recipe: {}", error.what()));
  } catch (const std::length_error&) {
    throw ImageError(fmt::format("{}: more than {} bytes are no recipe", file.string(), kRecipeLimitBytes));
  } catch (const YAML::ParserException& error) {
    throw ImageError(fmt::format("{}:{}: {}", file.string(), error.mark.line + 1, error.msg));
  }
}

// SHA-256 of each of `files` (none: of `input`), as sha256sum(1) says it.
std::vector<std::string> sha256(const std::vector<std::string>& files, const std::string& input) {
  const base::FileDescriptor text(
      base::check_system_call("memfd_create", ::memfd_create("text", MFD_CLOEXEC)));
  text.write_all(input);
  base::check_system_call("lseek", ::lseek(text.number(), 0, SEEK_SET));
  std::vector<std::string> command{"sha256sum", "--zero", "--"};
  command.insert(command.end(), files.begin(), files.end());
  const auto result = base::run_command({.command = command, .standard_input = &text});
  std::vector<std::string> sums;
  std::istringstream entries(result.output);
  for (std::string entry; std::getline(entries, entry, '\0');) sums.push_back(entry.substr(0, 64));
  if (!result.status.success() || sums.size() != std::max<std::size_t>(files.size(), 1))
    throw ImageError("sha256sum failed: " + result.errors.substr(0, result.errors.find('\n')));
  return sums;
}

}  // namespace

Recipe read_recipe(const std::filesystem::path& folder) {
  const auto file = folder / "recipe.yaml";
  const YAML::Node root = load(file);
  const Reader reader(file);
  reader.check_keys(root, {"kernel", "command_line", "packages", "modules"});
  for (const char* key : {"kernel", "command_line"})
    if (!root[key]) reader.refuse(root, fmt::format("the key \"{}\" is missing", key));

  Recipe recipe;
  recipe.name = folder.filename().string();
  recipe.folder = folder;
  recipe.kernel = reader.name(root["kernel"], "the name of a kernel package");
  recipe.command_line = reader.text(root["command_line"], "a kernel command line");
  if (recipe.command_line.size() > kCommandLineLimit)
    reader.refuse(root["command_line"], fmt::format("longer than {} characters", kCommandLineLimit));
  if (const YAML::Node packages = root["packages"]) {
    if (!packages.IsMap()) reader.refuse(packages, "packages and their programs are wanted here");
    for (const auto& entry : packages)
      recipe.packages[reader.name(entry.first, "the name of a package")] =
          reader.names(entry.second, "the name of a program", true);
  }
  if (const YAML::Node modules = root["modules"]) {
    reader.check_keys(modules, {"boot", "carried"});
    recipe.boot_modules = reader.names(modules["boot"], "the name of a module");
    recipe.carried_modules = reader.names(modules["carried"], "the name of a module");
  }
  return recipe;
}

std::string content_hash(const Recipe& recipe, const std::filesystem::path& builder,
                         const PackageVersions& versions) {
  std::vector<std::string> files{builder.string()};
  std::vector<std::string> labels{"builder"};
  std::vector<std::string> lines;
  try {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(recipe.folder)) {
      const std::string name = entry.path().lexically_relative(recipe.folder).string();
      if (entry.is_symlink()) {
        lines.push_back(fmt::format("link {:?} {:?}", name, std::filesystem::read_symlink(entry).string()));
      } else if (entry.is_regular_file()) {
        const auto owner_may = entry.status().permissions() & std::filesystem::perms::owner_exec;
        files.push_back(entry.path().string());
        labels.push_back(
            fmt::format("{} {:?}", owner_may == std::filesystem::perms::none ? "file" : "program", name));
      } else if (entry.is_directory()) {
        lines.push_back(fmt::format("folder {:?}", name));
      } else {
        throw ImageError(entry.path().string() + ": neither file, folder nor symbolic link");
      }
    }
    const auto sums = sha256(files, "");
    for (std::size_t i = 0; i < files.size(); ++i) lines.push_back(labels[i] + " " + sums[i]);
    for (const auto& [package, programs] : recipe.packages) {
      const auto version = versions.find(package);
      lines.push_back(
          fmt::format("package {} {}", package, version == versions.end() ? "-" : version->second));
    }
    std::sort(lines.begin(), lines.end());
    return sha256({}, fmt::format("{}\n", fmt::join(lines, "\n"))).front().substr(0, 12);
  } catch (const std::system_error& error) {
    throw ImageError(fmt::format("image {}: {}", recipe.name, error.what()));
  }
}

}  // namespace banco::machine
