#include "harness/lab/lab_directory.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

namespace fs = std::filesystem;
using base::check_system_call;

constexpr const char* kSocket = "socket";

bool is_own_directory(const fs::path& path) {
  struct stat status {};
  return path.is_absolute() && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

fs::path place_of_labs() {
  const uid_t user = ::geteuid();
  if (user == 0 && is_own_directory("/run")) return "/run/banco";
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (user != 0 && runtime != nullptr && is_own_directory(runtime)) return fs::path(runtime) / "banco";
  const fs::path session = fmt::format("/run/user/{}", user);
  if (user != 0 && is_own_directory(session)) return session / "banco";
  return fmt::format("/tmp/banco-{}", user);
}

// Held while labs come, go, or are looked for, so that nobody takes one in the making for one that was
// killed.
class Lock {
 public:
  explicit Lock(const fs::path& labs) : file_(base::open_file(labs / ".lock", O_RDWR | O_CREAT, 0600)) {
    while (::flock(file_.number(), LOCK_EX) != 0)
      if (errno != EINTR) throw base::SystemError(errno, "flock " + labs.string());
  }

 private:
  base::FileDescriptor file_;
};

void check_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (name.empty() || name.size() > 32 || !std::all_of(name.begin(), name.end(), fits) || name[0] < 'a')
    throw std::invalid_argument(
        "'" + name +
        "' is not the name of a lab: a letter, then letters, digits, _ and -, all lower "
        "case, at most 32");
}

// Whether anybody listens there.
bool is_alive(const fs::path& lab) {
  try {
    Connection::to(lab / kSocket);
    return true;
  } catch (const base::SystemError& error) {
    if (error.code().value() == ECONNREFUSED || error.code().value() == ENOENT) return false;
    throw;
  }
}

// Only what a lab makes: should anything else be there, the directory stays.
void remove_lab(const fs::path& lab) {
  ::unlink((lab / kSocket).c_str());
  ::rmdir(lab.c_str());
}

std::vector<std::string> names_in(const fs::path& labs) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(labs)) {
    if (!entry.is_directory()) continue;
    if (is_alive(entry.path())) {
      names.push_back(entry.path().filename());
    } else {
      remove_lab(entry.path());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::FileDescriptor listen_at(const fs::path& path) {
  base::FileDescriptor socket(check_system_call("socket", ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  const sockaddr_un address = base::socket_address(path);
  check_system_call("bind", path.string(),
                    ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  check_system_call("listen", path.string(), ::listen(socket.number(), SOMAXCONN));
  return socket;
}

}  // namespace

fs::path labs_directory() {
  const fs::path path = place_of_labs();
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw base::SystemError(errno, "mkdir " + path.string());
  struct stat status {};
  check_system_call("lstat", path.string(), ::lstat(path.c_str(), &status));
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
    throw std::runtime_error(
        path.string() + " must be a directory that is this user's alone (mode 0700): labs are kept there");
  return path;
}

LabDirectory::LabDirectory(const std::string& name) : labs_(labs_directory()), path_(labs_ / name) {
  check_name(name);
  const Lock lock(labs_);
  if (::mkdir(path_.c_str(), 0700) != 0) {
    if (errno != EEXIST) throw base::SystemError(errno, "mkdir " + path_.string());
    if (is_alive(path_))
      throw std::invalid_argument(fmt::format(
          "there is a lab {0} already: end it with `banco down {0}`, or give this one another name "
          "with --name",
          name));
  }
  ::unlink((path_ / kSocket).c_str());  // of one that was killed
  socket_ = listen_at(path_ / kSocket);
}

LabDirectory::~LabDirectory() {
  std::optional<Lock> lock;
  try {
    lock.emplace(labs_);
  } catch (const base::SystemError&) {  // the whole place has gone
  }
  remove_lab(path_);
}

std::vector<std::string> lab_names() {
  const fs::path labs = labs_directory();
  const Lock lock(labs);
  return names_in(labs);
}

Connection connect_to_lab(const std::string& name) {
  check_name(name);
  try {
    return Connection::to(labs_directory() / name / kSocket);
  } catch (const base::SystemError& error) {
    if (error.code().value() != ECONNREFUSED && error.code().value() != ENOENT) throw;
  }
  const auto names = lab_names();
  throw std::invalid_argument(
      names.empty() ? fmt::format("there is no lab {}; none is up: `banco up FILE` starts one", name)
                    : fmt::format("there is no lab {}; there is {}", name, fmt::join(names, ", ")));
}

}  // namespace banco::lab
