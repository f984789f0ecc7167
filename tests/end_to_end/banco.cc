#include "tests/end_to_end/banco.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "harness/measure/journal.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::end_to_end {
namespace {

const std::filesystem::path kProject = PROJECT_SOURCE_DIR;
const std::filesystem::path kBuild = PROJECT_BINARY_DIR;

void let_everybody_write(const std::filesystem::path& directory) {
  std::filesystem::permissions(directory, std::filesystem::perms::all);
}

}  // namespace

std::filesystem::path cache_of(As as) {
  const auto cache = kBuild / ("test-cache-" + to_string(as));
  if (std::filesystem::create_directories(cache)) let_everybody_write(cache);
  return cache;
}

std::string to_string(As as) {
  return as == As::kSelf ? "self" : "user";
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = std::filesystem::temp_directory_path() / "banco-test-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw base::SystemError(errno, "mkdtemp");
  path_ = pattern;
  let_everybody_write(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::scenario(const std::string& text) const {
  base::write_file_atomically(path_ / "scenario.yaml", text);
  return path_ / "scenario.yaml";
}

base::ChildOptions banco_command(As as, const TemporaryDirectory& directory,
                                 std::vector<std::string> arguments) {
  std::vector<std::string> command;
  if (as == As::kOrdinaryUser) command = {kProject / "tests/util/as_user"};
  command.emplace_back(kBuild / "bin/banco");
  command.insert(command.end(), arguments.begin(), arguments.end());
  return {.command = std::move(command),
          .environment = {
              {"HOME", directory.path()}, {"XDG_CACHE_HOME", cache_of(as)}, {"TMPDIR", directory.path()}}};
}

base::CommandResult run_banco(As as, const TemporaryDirectory& directory, std::vector<std::string> arguments,
                              std::chrono::seconds timeout) {
  return base::run_command(banco_command(as, directory, std::move(arguments)), timeout);
}

bool has_journal(const std::filesystem::path& directory) {
  const auto journal = directory / "journal.jsonl";
  return std::filesystem::exists(journal) && base::read_file(journal).find('\n') != std::string::npos;
}

std::vector<double> values_of(const std::filesystem::path& directory, const std::string& metric) {
  std::vector<double> values;
  for (const measure::Sample& sample : measure::read_journal(directory / "journal.jsonl").samples)
    if (sample.metric == metric) values.push_back(sample.value);
  return values;
}

std::set<pid_t> processes_with(const std::string& mark) {
  std::set<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || std::stoi(name) == ::getpid()) continue;
    for (const char* file : {"environ", "cmdline"}) {
      try {
        if (base::read_file(entry.path() / file).find(mark) != std::string::npos)
          found.insert(std::stoi(name));
      } catch (const base::SystemError&) {  // it ended, or is not ours
      }
    }
  }
  return found;
}

pid_t child_of(pid_t parent) {
  std::istringstream children(
      base::read_file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"));
  pid_t child = -1;
  children >> child;
  return child;
}

std::string obstacle_to(As as) {
  if (as == As::kSelf) return {};
  if (::geteuid() != 0) return "missing: root, to become an ordinary user (the tests ran as one anyway)";
  const auto readable =
      base::run_command({.command = {"setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups", "test",
                                     "-x", kBuild / "bin/banco"}});
  if (!readable.status.success()) return "missing: a build tree that an ordinary user may read";
  return {};
}

}  // namespace banco::end_to_end
