#include "harness/machine/image/builder.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

// A slow mirror may take minutes; silence longer than this means that nothing comes any more.
constexpr std::chrono::minutes kSilenceLimit{5};
constexpr std::size_t kLineLimit = 400;

void check_programs(const std::string& image_name) {
  // What images/assemble calls beyond Debian's essential packages, and the package that has it.
  constexpr std::pair<const char*, const char*> kNeeded[] = {
      {"apt-get", "apt"}, {"cpio", "cpio"}, {"depmod", "kmod"}, {"lz4", "lz4"}};
  std::vector<std::string> packages;
  for (const auto& [program, package] : kNeeded)
    if (!base::find_program(program)) packages.emplace_back(package);
  if (!packages.empty())
    throw ImageError(fmt::format("image {}: building needs {}: apt-get install {}", image_name,
                                 fmt::join(packages, ", "), fmt::join(packages, " ")));
}

// The script opens the two outputs as /dev/fd/N, so they must survive exec.
std::string inherited_number(const base::FileDescriptor& file) {
  base::check_system_call("fcntl", ::fcntl(file.number(), F_SETFD, 0));
  return std::to_string(file.number());
}

std::vector<std::string> command_of(const BuilderTask& task) {
  std::vector<std::string> command{"unshare", "--mount", "--pid", "--fork"};
  if (::geteuid() != 0) command.emplace_back("--map-root-user");
  for (const auto& word : {std::string("--"), std::string("sh"), task.script.string(), task.scratch.string(),
                           task.recipe.folder.string(), inherited_number(task.kernel_output),
                           inherited_number(task.initrd_output)})
    command.push_back(word);
  return command;
}

// Hands each line of `source` on until its end; returns the last one that is not empty.
std::string read_lines(const base::FileDescriptor& source,
                       const std::function<void(const std::string&)>& progress) {
  std::string last;
  std::string line;
  std::byte buffer[4096];
  while (source.wait_for(POLLIN, kSilenceLimit)) {
    const std::size_t count = source.read(buffer);
    if (count == 0) return line.empty() ? last : line;
    for (const std::byte byte : std::span(buffer, count)) {
      const char character = static_cast<char>(byte);
      if (character != '\n') {
        if (line.size() < kLineLimit) line += character;
      } else if (!line.empty()) {
        progress(line);
        last = std::exchange(line, "");
      }
    }
  }
  return fmt::format("nothing happened for {} minutes", kSilenceLimit.count());
}

}  // namespace

std::string run_builder(const BuilderTask& task, const std::function<void(const std::string&)>& progress) {
  const Recipe& recipe = task.recipe;
  check_programs(recipe.name);
  const base::FileDescriptor version(
      base::check_system_call("memfd_create", ::memfd_create("version", MFD_CLOEXEC)));
  base::Pipe words = base::make_pipe();
  // Nothing is ever written: the script ends when this end is closed, be it by our death.
  const base::Pipe lifeline = base::make_pipe();
  base::ChildProcess builder(
      {.command = command_of(task),
       .environment = {{"LC_ALL", "C"},
                       {"BANCO_KERNEL", recipe.kernel},
                       {"BANCO_PROGRAMS", fmt::format("{}", fmt::join(task.program_paths, " "))},
                       {"BANCO_BOOT_MODULES", fmt::format("{}", fmt::join(recipe.boot_modules, " "))},
                       {"BANCO_CARRIED_MODULES", fmt::format("{}", fmt::join(recipe.carried_modules, " "))}},
       .standard_input = &lifeline.read_end,
       .standard_output = &version,
       .standard_error = &words.write_end});
  words.write_end.close();
  const std::string last_line = read_lines(words.read_end, progress);
  const auto status = builder.wait_for(std::chrono::seconds(10));
  if (!status || !status->success())
    throw ImageError(fmt::format("image {} cannot be built: {}", recipe.name,
                                 !last_line.empty() ? last_line
                                 : status           ? "the builder " + status->text()
                                                    : ""));
  base::check_system_call("lseek", ::lseek(version.number(), 0, SEEK_SET));
  const std::string text = version.read_all();
  return text.substr(0, text.find('\n'));
}

}  // namespace banco::machine
