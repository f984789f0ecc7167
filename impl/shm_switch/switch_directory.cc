#include "impl/shm_switch/switch_directory.hh"

#include <fmt/format.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;

// Who may write the socket must be able to reach it.
mode_t mode_to_reach(mode_t socket_mode) {
  mode_t mode = 0700 | S_ISGID;
  if ((socket_mode & 0020) != 0) mode |= 0050;
  if ((socket_mode & 0002) != 0) mode |= 0005;
  return mode;
}

std::filesystem::path without_slash(const std::filesystem::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

base::FileDescriptor open_directory(const std::filesystem::path& path) {
  base::FileDescriptor result(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!result.is_open() && (errno == ENOTDIR || errno == ELOOP))
    throw std::runtime_error(
        fmt::format("{} is in the way: the switch needs a directory there", path.string()));
  check_system_call("open", path.string(), result.number());
  return result;
}

// Somebody who made PATH before us, or could write there, would decide what we read, and which files we give
// to whom.
void check_owner(const base::FileDescriptor& directory, const std::filesystem::path& path,
                 mode_t wanted_mode) {
  struct stat status {};
  check_system_call("fstat", path.string(), ::fstat(directory.number(), &status));
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    throw std::runtime_error(fmt::format(
        "{} belongs to user {}: a switch needs a directory of its own user's", path.string(), status.st_uid));
  if ((status.st_mode & 0022 & ~wanted_mode) != 0)
    throw std::runtime_error(
        fmt::format("{} can be written by others, who may have put something there: chmod go-w it, or say "
                    "--dirmode",
                    path.string()));
}

}  // namespace

std::optional<gid_t> group_of(const char* option, const std::string& name) {
  if (name.empty()) return std::nullopt;
  gid_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) return number;
  const group* const entry = ::getgrnam(name.c_str());
  if (entry == nullptr) throw std::runtime_error(fmt::format("{} {}: there is no such group", option, name));
  return entry->gr_gid;
}

SwitchDirectory::SwitchDirectory(std::filesystem::path path, mode_t mode, const std::string& group,
                                 std::optional<mode_t> directory_mode)
    : path_(without_slash(std::filesystem::absolute(path))) {
  const std::optional<gid_t> gid = group_of("--group", group);
  if (::mkdir(path_.c_str(), 0700) < 0 && errno != EEXIST)
    throw base::SystemError(errno, "mkdir " + path_.string());
  directory_ = open_directory(path_);
  const mode_t wanted_mode = directory_mode.value_or(mode_to_reach(mode));
  check_owner(directory_, path_, wanted_mode);
  lock_ = base::FileDescriptor(check_system_call(
      "open", (path_ / "lock").string(),
      ::openat(directory_.number(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)));
  if (::flock(lock_.number(), LOCK_EX | LOCK_NB) < 0)
    throw std::runtime_error(
        fmt::format("a switch is running at {} already: end it, or choose another path", path_.string()));
  if (gid)
    check_system_call("fchown", path_.string(), ::fchown(directory_.number(), static_cast<uid_t>(-1), *gid));
  check_system_call("fchmod", path_.string(), ::fchmod(directory_.number(), wanted_mode));
  listen(mode, gid);
}

void SwitchDirectory::listen(mode_t mode, std::optional<gid_t> group) {
  // Bound under another name and renamed when it listens: who sees `ctl` can connect.
  const std::filesystem::path name = path_ / "ctl";
  const std::filesystem::path first = path_ / "ctl.new";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (first.string().size() >= sizeof(address.sun_path))
    throw std::runtime_error(fmt::format("the path {} is too long for a socket: at most {} bytes",
                                         path_.string(),
                                         sizeof(address.sun_path) - 1 - std::strlen("/ctl.new")));
  std::memcpy(address.sun_path, first.c_str(), first.string().size());
  socket_ = base::FileDescriptor(
      check_system_call("socket", ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
  ::unlink(first.c_str());
  // Born with its mode: a chmod by name could meet another file.
  const mode_t umask_before = ::umask(~mode & 0777);
  const int bound = ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int error_number = errno;
  ::umask(umask_before);
  if (bound < 0) throw base::SystemError(error_number, "bind " + first.string());
  if (group)
    check_system_call(
        "chown", first.string(),
        ::fchownat(directory_.number(), "ctl.new", static_cast<uid_t>(-1), *group, AT_SYMLINK_NOFOLLOW));
  check_system_call("listen", ::listen(socket_.number(), 128));
  check_system_call("rename", name.string(), ::rename(first.c_str(), name.c_str()));
}

std::optional<std::string> SwitchDirectory::load_state() const {
  if (!std::filesystem::exists(path_ / "state")) return std::nullopt;
  return base::read_file(path_ / "state");
}

void SwitchDirectory::save_state(const std::string& text) const {
  base::write_file_atomically(path_ / "state", text, 0600);
}

void SwitchDirectory::remove() noexcept {
  for (const char* name : {"ctl", "mgmt", "state", "lock"}) ::unlink((path_ / name).c_str());
  ::rmdir(path_.c_str());
}

}  // namespace banco::shm_switch
