// CgroupTree: the groups of one lab in one hierarchy of control groups. LimitGroups, whose theory of
// operation says how these come and go, decides what they are for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/machine/cgroup_hierarchy.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {

class CgroupTree {
 public:
  // Makes `count` groups with these controllers, and a process goes into one of them. First removes trees
  // that nobody is in any more. Throws base::SystemError when there is no group where that can be done.
  CgroupTree(const CgroupHierarchy& hierarchy, const std::vector<std::string>& controllers,
             std::size_t count);
  CgroupTree(const CgroupTree&) = delete;
  CgroupTree& operator=(const CgroupTree&) = delete;
  // Removes them. Requires: the processes that went in have ended.
  ~CgroupTree();

  bool unified() const { return unified_; }
  // Where the lab's own group is.
  const std::filesystem::path& path() const { return path_; }

  // A group that is not in use, from 0. Throws std::logic_error when all are.
  std::size_t acquire();
  void release(std::size_t index) { in_use_.at(index) = false; }

  // What a process writes "0" into to go in.
  const base::FileDescriptor& entrance(std::size_t index) const { return entrances_.at(index); }
  bool has(std::size_t index, const std::string& file) const;
  // Throw base::SystemError that names the file.
  void write(std::size_t index, const std::string& file, const std::string& value) const;
  std::string read(std::size_t index, const std::string& file) const;

 private:
  bool try_below(const std::filesystem::path& parent, const std::vector<std::string>& controllers,
                 std::size_t count, bool is_last);
  void make_below(const std::filesystem::path& parent, const std::vector<std::string>& controllers,
                  std::size_t count);
  base::FileDescriptor open(std::size_t index, const std::string& file, int flags) const;
  void remove() noexcept;

  bool unified_;
  std::filesystem::path path_;
  base::FileDescriptor directory_;  // locked; leads there from inside of the lab too
  std::vector<base::FileDescriptor> entrances_;
  std::vector<bool> in_use_;
};

}  // namespace banco::machine
