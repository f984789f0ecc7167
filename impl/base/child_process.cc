#include "impl/base/child_process.hh"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "impl/base/event_loop.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& additions) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : additions) replaced = replaced || text.substr(0, text.find('=')) == name;
    if (!replaced) all.emplace_back(text);
  }
  for (const auto& [name, value] : additions) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// All that the child needs, made before the fork: between fork and exec only async-signal-safe calls
// are allowed, since other threads may have held any lock.
struct Launch {
  const char* path;
  char* const* arguments;
  char* const* environment;
  int descriptors[3];
  int network_namespace;
  const std::vector<const FileDescriptor*>& control_groups;
  int error_pipe;
};

[[noreturn]] void report_and_exit(int error_pipe) {
  const int error_number = errno;
  [[maybe_unused]] const ssize_t written = ::write(error_pipe, &error_number, sizeof error_number);
  ::_exit(127);
}

[[noreturn]] void exec_child(const Launch& launch) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  if (launch.network_namespace >= 0 && ::setns(launch.network_namespace, CLONE_NEWNET) != 0)
    report_and_exit(launch.error_pipe);
  for (const FileDescriptor* group : launch.control_groups)
    if (::write(group->number(), "0", 1) != 1) report_and_exit(launch.error_pipe);
  for (int target = 0; target < 3; ++target) {
    const int source = launch.descriptors[target];
    const int result = source == target ? ::fcntl(target, F_SETFD, 0) : ::dup2(source, target);
    if (source >= 0 && result < 0) report_and_exit(launch.error_pipe);
  }
  ::execve(launch.path, launch.arguments, launch.environment);
  report_and_exit(launch.error_pipe);
}

int number_or(const FileDescriptor* descriptor, int otherwise) {
  return descriptor != nullptr ? descriptor->number() : otherwise;
}

}  // namespace

std::string ExitStatus::text() const {
  if (!by_signal) return "exited with code " + std::to_string(code);
  return "was killed by signal " + std::to_string(code) + " (" + ::strsignal(code) + ")";
}

std::optional<std::filesystem::path> find_program(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    if (::access(program.c_str(), X_OK) == 0) return std::filesystem::absolute(program);
    return std::nullopt;
  }
  const char* path = std::getenv("PATH");
  // Ordinary users often lack the sbin directories, where vde and iproute2 tools may lie.
  std::istringstream directories(std::string(path != nullptr ? path : "") +
                                 ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin");
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (directory.empty()) continue;
    const auto candidate = std::filesystem::path(directory) / program;
    if (::access(candidate.c_str(), X_OK) == 0 && !std::filesystem::is_directory(candidate)) return candidate;
  }
  return std::nullopt;
}

ChildProcess::ChildProcess(const ChildOptions& options) {
  if (options.command.empty()) throw std::invalid_argument("a command without a program");
  name_ = options.command.front();
  const auto path = find_program(name_);
  if (!path) throw SystemError(ENOENT, "execve " + name_);

  std::vector<std::string> arguments = options.command;
  std::vector<std::string> environment = environment_with(options.environment);
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  const FileDescriptor null_device = open_file("/dev/null", O_RDONLY);
  Pipe error_pipe = make_pipe();
  const Launch launch{.path = path->c_str(),
                      .arguments = argument_pointers.data(),
                      .environment = environment_pointers.data(),
                      .descriptors = {number_or(options.standard_input, null_device.number()),
                                      number_or(options.standard_output, STDOUT_FILENO),
                                      number_or(options.standard_error, STDERR_FILENO)},
                      .network_namespace = number_or(options.network_namespace, -1),
                      .control_groups = options.control_groups,
                      .error_pipe = error_pipe.write_end.number()};
  pid_ = check_system_call("fork", ::fork());
  if (pid_ == 0) exec_child(launch);
  // Nobody else reaps our children, so the pid cannot have been reused before this call.
  pidfd_ = open_pidfd(pid_);

  error_pipe.write_end.close();
  int error_number = 0;
  if (error_pipe.read_end.read(std::as_writable_bytes(std::span(&error_number, 1))) == sizeof error_number) {
    end();
    throw SystemError(error_number, "execve " + name_);
  }
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    end();
    name_ = std::move(other.name_);
    pid_ = other.pid_;
    pidfd_ = std::move(other.pidfd_);
    status_ = other.status_;
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  end();
}

void ChildProcess::end() noexcept {
  if (!pidfd_.is_open() || status_) return;
  try {
    send_signal(pidfd_, SIGKILL);
  } catch (const SystemError&) {  // it has become another user's
  }
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.number()), &info, WEXITED) != 0 && errno == EINTR) {
  }
  pidfd_.close();
}

void ChildProcess::signal(int number) const {
  if (!status_) send_signal(pidfd_, number);
}

std::optional<ExitStatus> ChildProcess::wait_for(std::chrono::milliseconds timeout) {
  if (status_) return status_;
  if (!pidfd_.wait_for(POLLIN, timeout)) return std::nullopt;
  siginfo_t info{};
  check_system_call("waitid", ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.number()), &info, WEXITED));
  status_ = ExitStatus{.by_signal = info.si_code != CLD_EXITED, .code = info.si_status};
  return status_;
}

ExitStatus ChildProcess::stop(std::chrono::milliseconds grace) {
  signal(SIGTERM);
  if (const auto status = wait_for(grace)) return *status;
  signal(SIGKILL);
  return *wait_for(std::chrono::hours(1));
}

CommandResult run_command(ChildOptions options, std::chrono::milliseconds timeout) {
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  options.standard_output = &output.write_end;
  options.standard_error = &errors.write_end;
  ChildProcess child(options);
  output.write_end.close();
  errors.write_end.close();

  CommandResult result;
  EventLoop loop;
  int open_count = 2;
  const auto collect = [&](FileDescriptor& source, std::string& text) {
    loop.watch(source, EPOLLIN, [&](std::uint32_t) {
      std::byte buffer[16384];
      const std::size_t count = source.read(buffer);
      if (count > 0 && text.size() < (std::size_t{64} << 20)) {
        text.append(reinterpret_cast<const char*>(buffer), count);
      } else if (count == 0) {
        loop.forget(source);
        --open_count;
      }
    });
  };
  collect(output.read_end, result.output);
  collect(errors.read_end, result.errors);

  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto left = [&] {
    return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(
                                                      deadline - std::chrono::steady_clock::now()));
  };
  // A daemon that the command left behind may hold the pipes: the end of the command itself counts too.
  std::optional<ExitStatus> status;
  while (open_count > 0 && !status) {
    if (!loop.run_once(std::min(left(), std::chrono::milliseconds(100)))) status = child.wait_for({});
    if (left().count() == 0) break;
  }
  if (!status) status = child.wait_for(left());
  if (!status)
    throw std::runtime_error(options.command.front() + " was not done after " +
                             std::to_string(timeout.count()) + " ms");
  result.status = *status;
  return result;
}

}  // namespace banco::base
