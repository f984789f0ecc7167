#include "harness/machine/lab.hh"

#include <fcntl.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "impl/base/file_descriptor.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/netlink.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

// Puts a copy of `file`, with `more` at its end, in the place of it.
void overlay(const std::filesystem::path& file, const std::string& more) {
  const auto copy = kLabDirectory / file.filename();
  base::write_file_atomically(copy, base::read_file(file) + more);
  base::check_system_call("mount", file.string(),
                          ::mount(copy.c_str(), file.c_str(), nullptr, MS_BIND, nullptr));
}

// As root, libvirt's QEMU driver looks up the account that Debian's system daemon would give its guests to,
// although qemu.conf says otherwise, and fails without it. That account comes with a package that installs
// services; a line that only the lab sees is enough.
void provide_account_for_libvirt() {
  constexpr const char* kAccount = "libvirt-qemu";
  if (::geteuid() != 0 || ::getpwnam(kAccount) != nullptr) return;
  overlay("/etc/passwd", kAccount + std::string(":x:64055:64055::/nonexistent:/usr/sbin/nologin\n"));
  overlay("/etc/group", kAccount + std::string(":x:64055:\n"));
}

// Networks of hundreds of machines hold thousands of descriptors; what started us may have allowed but 1,024.
void allow_many_descriptors() {
  rlimit limit{};
  base::check_system_call("getrlimit", ::getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  base::check_system_call("setrlimit", ::setrlimit(RLIMIT_NOFILE, &limit));
}

void furnish() {
  allow_many_descriptors();
  base::check_system_call("mount tmpfs /run", ::mount("tmpfs", kLabDirectory.c_str(), "tmpfs",
                                                      MS_NOSUID | MS_NODEV, "mode=0755"));
  std::filesystem::create_directory(kLabDirectory / "netns");
  const auto home = kLabDirectory / "home";
  std::filesystem::create_directory(home);
  for (const char* name : {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
    ::setenv(name, home.c_str(), 1);
  provide_account_for_libvirt();
  if (std::filesystem::exists("/etc/hosts")) overlay("/etc/hosts", "");
  if (std::filesystem::exists("/proc/sys/net/ipv6"))
    base::open_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY).write_all("1");
  base::Netlink().add_route("224.0.0.0/4", "lo");
}

}  // namespace

int run_in_lab(const std::function<int()>& body) {
  return base::run_in_new_namespaces([&] {
    try {
      furnish();
      return body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "banco: %s\n", error.what());
      return 1;
    }
  });
}

}  // namespace banco::machine
