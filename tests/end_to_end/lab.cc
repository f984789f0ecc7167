#include "tests/end_to_end/lab.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>
#include <thread>

#include "impl/base/file_descriptor.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/system_error.hh"
#include "tests/end_to_end/traces.hh"

namespace banco::end_to_end {
namespace {

// -1 when the process has ended.
pid_t parent_of(pid_t process) {
  pid_t parent = -1;
  try {
    const std::string stat = base::read_file("/proc/" + std::to_string(process) + "/stat");
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string state;
    fields >> state >> parent;
  } catch (const base::SystemError&) {
  }
  return parent;
}

}  // namespace

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

base::ChildOptions LabUser::command(std::vector<std::string> arguments) const {
  return banco_command(as_, directory_, std::move(arguments));
}

base::CommandResult LabUser::run(std::vector<std::string> arguments) const {
  return base::run_command(command(std::move(arguments)), std::chrono::seconds(120));
}

base::CommandResult LabUser::run_on_terminal(std::vector<std::string> arguments,
                                             const std::string& typed) const {
  base::ChildOptions options = command(std::move(arguments));
  std::string line;
  for (const std::string& word : options.command) line += "'" + word + "' ";
  options.command = {"script", "--quiet", "--return", "--command", line, "/dev/null"};
  const auto input = directory_.path() / "typed";
  base::write_file_atomically(input, typed);
  const base::FileDescriptor file = base::open_file(input, O_RDONLY);
  options.standard_input = &file;
  options.environment.emplace_back("SHELL", "/bin/bash");
  return base::run_command(options, std::chrono::seconds(120));
}

void LabUser::up(const std::string& scenario, std::vector<std::string> options) const {
  std::vector<std::string> arguments{"up", directory_.scenario(scenario)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto result = run(arguments);
  ASSERT_TRUE(result.status.success()) << result.errors;
  EXPECT_THAT(result.output, testing::HasSubstr("banco down "));
}

std::set<std::string> LabUser::labs() const {
  constexpr uid_t kDaemon = 1;
  const uid_t user = as_ == As::kOrdinaryUser ? kDaemon : ::geteuid();
  const std::filesystem::path place = user == 0 ? "/run/banco" : "/tmp/banco-" + std::to_string(user);
  std::set<std::string> names;
  if (std::filesystem::exists(place))
    for (const auto& entry : std::filesystem::directory_iterator(place))
      if (entry.is_directory()) names.insert(entry.path().filename());
  return names;
}

pid_t LabUser::host_of_lab() const {
  for (const pid_t each : processes_with(directory_.path()))
    if (parent_of(each) == 1) return each;
  return -1;
}

void in_own_run_directory(As as, const std::function<void(const LabUser&)>& test) {
  EXPECT_EQ(base::run_in_new_namespaces([&] {
              ::unsetenv("XDG_RUNTIME_DIR");
              cover_temporary_directories();
              const LabUser user(as);
              user.run({"ps"});  // makes the directory that holds labs
              const auto before = traces();
              test(user);
              EXPECT_TRUE(user.run({"down", "--all"}).status.success());
              expect_nothing_left(user, before);
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

void expect_no_processes(const LabUser& user) {
  EXPECT_TRUE(comes_true([&] { return processes_with(user.directory().path()).empty(); }));
}

void expect_nothing_left(const LabUser& user, const std::set<std::string>& before) {
  expect_no_processes(user);
  comes_true([&] { return traces() == before; });
  EXPECT_THAT(traces(), testing::ContainerEq(before));
  EXPECT_THAT(user.labs(), testing::IsEmpty());
}

}  // namespace banco::end_to_end
