#include "harness/machine/cgroup_tree.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

constexpr const char* kEntrance = "cgroup.procs";
constexpr const char* kControllersOfChildren = "cgroup.subtree_control";
constexpr const char* kNamePrefix = "banco-";
constexpr int kNameLimit = 10'000;  // labs at a time

// Whether nobody else has it locked. The lock goes with the last process that holds the descriptor.
bool lock(const base::FileDescriptor& directory) {
  if (::flock(directory.number(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK) throw base::SystemError(errno, "flock");
  return false;
}

// A group is an empty directory when nobody is in it, whatever files it shows.
void remove_tree(const std::filesystem::path& tree) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(tree, error))
    if (entry.is_directory(error)) ::rmdir(entry.path().c_str());
  ::rmdir(tree.c_str());
}

bool is_name_of_tree(const std::string& name) {
  const std::string_view prefix = kNamePrefix;
  return name.starts_with(prefix) && name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

// What labs left that were killed.
void remove_left_trees(const std::filesystem::path& parent) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    if (!is_name_of_tree(entry.path().filename())) continue;
    const base::FileDescriptor directory(::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.is_open() && lock(directory)) remove_tree(entry.path());
  }
}

// Of version 2: what a group's children have is what it hands on to them.
void hand_on(const std::filesystem::path& group, const std::vector<std::string>& controllers) {
  const auto file = group / kControllersOfChildren;
  std::string words;
  for (const std::string& controller : controllers) words += (words.empty() ? "+" : " +") + controller;
  const base::FileDescriptor control = base::open_file(file, O_WRONLY);
  base::check_system_call("write", words + " to " + file.string(),
                          ::write(control.number(), words.data(), words.size()));
}

bool is_same(const base::FileDescriptor& directory, const std::filesystem::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(directory.number(), &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino;
}

}  // namespace

CgroupTree::CgroupTree(const CgroupHierarchy& hierarchy, const std::vector<std::string>& controllers,
                       std::size_t count)
    : unified_(hierarchy.unified) {
  auto parent = hierarchy.group;
  while (!try_below(parent, controllers, count, parent == hierarchy.top)) parent = parent.parent_path();
}

CgroupTree::~CgroupTree() {
  remove();
}

void CgroupTree::remove() noexcept {
  if (!path_.empty()) remove_tree(path_);
  path_.clear();
  entrances_.clear();
}

bool CgroupTree::try_below(const std::filesystem::path& parent, const std::vector<std::string>& controllers,
                           std::size_t count, bool is_last) {
  try {
    make_below(parent, controllers, count);
    return true;
  } catch (const base::SystemError&) {
    remove();
    if (is_last) throw;
    return false;
  }
}

void CgroupTree::make_below(const std::filesystem::path& parent, const std::vector<std::string>& controllers,
                            std::size_t count) {
  remove_left_trees(parent);
  if (unified_) hand_on(parent, controllers);
  for (int number = 1; path_.empty(); ++number) {
    const auto path = parent / (kNamePrefix + std::to_string(number));
    if (::mkdir(path.c_str(), 0755) != 0) {
      if (errno != EEXIST || number == kNameLimit) throw base::SystemError(errno, "mkdir " + path.string());
      continue;
    }
    // Somebody who removes what is left may have been quicker.
    directory_ = base::FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory_.is_open() && lock(directory_) && is_same(directory_, path)) path_ = path;
  }
  if (unified_) hand_on(path_, controllers);
  for (std::size_t index = 0; index < count; ++index) {
    const auto group = path_ / std::to_string(index);
    base::check_system_call("mkdir", group.string(), ::mkdir(group.c_str(), 0755));
    entrances_.push_back(open(index, kEntrance, O_WRONLY));
  }
  in_use_.assign(count, false);
  base::run_command({.command = {"true"}, .control_groups = {&entrances_.front()}});
}

std::size_t CgroupTree::acquire() {
  const auto free = std::ranges::find(in_use_, false);
  if (free == in_use_.end()) throw std::logic_error("more containers with limits than there are groups");
  *free = true;
  return static_cast<std::size_t>(free - in_use_.begin());
}

base::FileDescriptor CgroupTree::open(std::size_t index, const std::string& file, int flags) const {
  const auto name = std::to_string(index) + "/" + file;
  return base::FileDescriptor(base::check_system_call(
      "open", path_ / name, ::openat(directory_.number(), name.c_str(), flags | O_CLOEXEC)));
}

bool CgroupTree::has(std::size_t index, const std::string& file) const {
  const auto name = std::to_string(index) + "/" + file;
  return ::faccessat(directory_.number(), name.c_str(), F_OK, 0) == 0;
}

void CgroupTree::write(std::size_t index, const std::string& file, const std::string& value) const {
  const base::FileDescriptor opened = open(index, file, O_WRONLY);
  base::check_system_call("write", value + " to " + (path_ / std::to_string(index) / file).string(),
                          ::write(opened.number(), value.data(), value.size()));
}

std::string CgroupTree::read(std::size_t index, const std::string& file) const {
  return open(index, file, O_RDONLY).read_all();
}

}  // namespace banco::machine
