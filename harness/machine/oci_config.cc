#include "harness/machine/oci_config.hh"

#include <nlohmann/json.hpp>

namespace banco::machine {
namespace {

using Json = nlohmann::ordered_json;

Json capabilities() {
  const Json names{"CAP_AUDIT_WRITE", "CAP_CHOWN",  "CAP_DAC_OVERRIDE", "CAP_FOWNER",  "CAP_FSETID",
                   "CAP_KILL",        "CAP_MKNOD",  "CAP_NET_ADMIN",    "CAP_NET_RAW", "CAP_NET_BIND_SERVICE",
                   "CAP_SETFCAP",     "CAP_SETGID", "CAP_SETPCAP",      "CAP_SETUID",  "CAP_SYS_CHROOT"};
  return {{"bounding", names}, {"effective", names}, {"permitted", names}};
}

Json mount(const char* destination, const char* type, const char* source,
           const std::vector<std::string>& options) {
  return {{"destination", destination}, {"type", type}, {"source", source}, {"options", options}};
}

Json mounts(const std::filesystem::path& init) {
  return {mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
          mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
          mount("/dev/pts", "devpts", "devpts",
                {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}),
          mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
          mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
          mount("/dev/init", "bind", init.c_str(), {"bind", "ro"}),
          mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"})};
}

Json linux_part(const OciConfig& config) {
  Json part{
      {"namespaces",
       {{{"type", "pid"}}, {{"type", "network"}}, {{"type", "ipc"}}, {{"type", "uts"}}, {{"type", "mount"}}}},
      {"maskedPaths",
       {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"}},
      {"readonlyPaths", {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}}};
  if (config.new_user_namespace) {
    part["namespaces"].push_back({{"type", "user"}});
    part["uidMappings"] = {{{"containerID", 0}, {"hostID", config.user}, {"size", 1}}};
    part["gidMappings"] = {{{"containerID", 0}, {"hostID", config.group}, {"size", 1}}};
  }
  return part;
}

}  // namespace

std::string oci_config(const OciConfig& config) {
  Json environment = Json::array();
  for (const auto& [name, value] : config.environment) environment.push_back(name + "=" + value);
  const Json process{{"terminal", false},
                     {"user", {{"uid", 0}, {"gid", 0}}},
                     {"args", {"/dev/init", "-P"}},
                     {"env", environment},
                     {"cwd", "/"},
                     {"capabilities", capabilities()}};
  return Json{{"ociVersion", "1.0.2"},
              {"process", process},
              {"root", {{"path", config.root.string()}}},
              {"hostname", config.host_name},
              {"mounts", mounts(config.init)},
              {"linux", linux_part(config)}}
      .dump(1);
}

}  // namespace banco::machine
