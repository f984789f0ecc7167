#include "harness/machine/container_machine.hh"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>

#include "harness/machine/lab.hh"
#include "harness/machine/local_command.hh"
#include "harness/machine/oci_config.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRuntimePatience(20'000);
constexpr milliseconds kPoll(2);
const std::vector<std::pair<std::string, std::string>> kEnvironment{
    {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"HOME", "/root"}};

// What crun has written, or nothing yet.
std::optional<pid_t> pid_in(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  const std::string text = base::read_file(file);
  pid_t pid = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (failure != std::errc() || pid <= 0) return std::nullopt;
  return pid;
}

// `crun exec`, which would leave its process behind if it were killed itself.
class ContainerCommand : public LocalCommand {
 public:
  ContainerCommand(const std::string& machine, const std::vector<std::string>& command,
                   std::filesystem::path pid_file, const LimitGroup& limits)
      : LocalCommand(machine, {.command = command, .control_groups = limits.entrances()}),
        machine_(machine),
        pid_file_(std::move(pid_file)),
        limits_(limits) {}
  ~ContainerCommand() override {
    try {
      if (!wait_for(milliseconds(0))) {
        ContainerCommand::end();
        wait_for(kRuntimePatience);
      }
    } catch (const std::exception&) {  // it goes with the container
    }
    std::error_code error;
    std::filesystem::remove(pid_file_, error);
  }

  std::optional<base::CommandResult> wait_for(milliseconds timeout) override {
    auto result = LocalCommand::wait_for(timeout);
    if (result && !result->status.success() && limits_.out_of_memory_count() > 0)
      result->errors = machine_ + ": its limit of memory is reached, and the kernel has killed a process\n" +
                       result->errors;
    return result;
  }

  void end() override {
    const auto deadline = std::chrono::steady_clock::now() + kRuntimePatience;
    while (std::chrono::steady_clock::now() < deadline) {
      if (const auto pid = pid_in(pid_file_)) {
        ::kill(*pid, SIGKILL);  // crun waits for it, so the number is its own
        return;
      }
      if (wait_for(kPoll)) return;
    }
    LocalCommand::end();
  }

 private:
  std::string machine_;
  std::filesystem::path pid_file_;
  const LimitGroup& limits_;
};

// As somebody inside sees it: links lead nowhere else.
base::FileDescriptor open_inside(const Container& container, const std::string& path, int flags) {
  const auto root =
      base::open_file("/proc/" + std::to_string(container.pid()) + "/root", O_PATH | O_DIRECTORY);
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? 0644 : 0;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return base::FileDescriptor(static_cast<int>(base::check_system_call(
      "open", path, ::syscall(SYS_openat2, root.number(), path.c_str(), &how, sizeof how))));
}

// As the overlay file system reads it in its options.
std::string escaped(const std::filesystem::path& path) {
  std::string text;
  for (const char letter : path.string()) {
    if (letter == ',' || letter == ':' || letter == '\\') text += '\\';
    text += letter;
  }
  return text;
}

template <typename Work>
auto in_words_of(const std::string& machine, Work work) {
  try {
    return work();
  } catch (const std::system_error& error) {
    throw MachineError(machine + ": " + error.what());
  }
}

}  // namespace

Container::Container(const ContainerRuntime& runtime, const ContainerSpec& spec)
    : runtime_(runtime),
      name_(spec.name),
      directory_(kLabDirectory / "containers" / spec.name),
      environment_(spec.root.environment.empty() ? kEnvironment : spec.root.environment),
      limits_(in_words_of(name_, [&] { return runtime.limit_group(spec.limits); })) {
  try {
    in_words_of(name_, [&] {
      mount_root(spec.root.folder);
      base::write_file_atomically(directory_ / "config.json",
                                  oci_config({.host_name = name_,
                                              .root = directory_ / "root",
                                              .init = runtime.init(),
                                              .environment = environment_,
                                              .new_user_namespace = ::geteuid() != 0,
                                              .user = ::geteuid(),
                                              .group = ::getegid()}));
    });
    const auto pid_file = directory_ / "pid";
    LocalCommand crun(name_, {.command = runtime.command(
                                  {"run", "--detach", "--bundle", directory_, "--pid-file", pid_file, name_}),
                              .control_groups = limits_.entrances()});
    const auto result = crun.wait_for(kRuntimePatience);
    if (!result) throw MachineError(name_ + ": crun did not start the container within 20 s");
    if (!result->status.success()) throw MachineError(name_ + ": " + result->errors);
    pid_ = pid_in(pid_file).value();
  } catch (...) {
    remove();
    throw;
  }
}

Container::~Container() {
  remove();
}

void Container::mount_root(const std::filesystem::path& image) const {
  // Images of single programs have no /etc, where hosts lies.
  for (const char* folder : {"upper/etc", "work", "root"})
    std::filesystem::create_directories(directory_ / folder);
  std::string options = "lowerdir=" + escaped(image) + ",upperdir=" + (directory_ / "upper").string() +
                        ",workdir=" + (directory_ / "work").string();
  if (::geteuid() != 0) options += ",userxattr";  // trusted.* is root's
  base::check_system_call("mount overlay", image.string(),
                          ::mount("overlay", (directory_ / "root").c_str(), "overlay", 0, options.c_str()));
}

void Container::remove() noexcept {
  try {
    LocalCommand(name_, {.command = runtime_.command({"delete", "--force", name_})})
        .wait_for(kRuntimePatience);
    ::umount2((directory_ / "root").c_str(), MNT_DETACH);
    std::filesystem::remove_all(directory_);
  } catch (const std::exception&) {  // it goes with the lab
  }
}

ContainerMachine::ContainerMachine(const ContainerRuntime& runtime, const ContainerSpec& spec,
                                   std::unique_ptr<Container> container)
    : NamespaceMachine(spec.name,
                       base::open_file("/proc/" + std::to_string(container->pid()) + "/ns/net", O_RDONLY),
                       spec.network),
      runtime_(runtime),
      container_(std::move(container)) {}

std::unique_ptr<Command> ContainerMachine::start(const std::vector<std::string>& command) {
  const auto pid_file = container_->directory() / ("command-" + std::to_string(++command_count_));
  std::vector<std::string> words{"exec", "--pid-file", pid_file, name()};
  words.insert(words.end(), command.begin(), command.end());
  return std::make_unique<ContainerCommand>(name(), runtime_.command(words), pid_file, container_->limits());
}

std::vector<std::string> ContainerMachine::entrance() const {
  std::vector<std::string> words = runtime_.command({"exec"});
  // crun forgets the container's own where there is more.
  for (const auto& [variable, value] : container_->environment())
    words.insert(words.end(), {"--env", variable + "=" + value});
  return words;
}

void ContainerMachine::write_file(const std::string& path, const std::string& content) {
  in_words_of(name(),
              [&] { open_inside(*container_, path, O_WRONLY | O_CREAT | O_TRUNC).write_all(content); });
}

std::string ContainerMachine::read_file(const std::string& path) {
  return in_words_of(name(), [&] { return open_inside(*container_, path, O_RDONLY).read_all(); });
}

}  // namespace banco::machine
