// The lab: namespaces in which networks and machines are made, gone without a trace when the work is done.
#pragma once

#include <filesystem>
#include <functional>

namespace banco::machine {

// Short paths for sockets, on a file system that exists only inside the lab.
inline const std::filesystem::path kLabDirectory = "/run";

// What every process of the lab sees as /etc/hosts: made as a copy of the machine's, to be written over (the
// file itself, since it is mounted there).
inline const std::filesystem::path kHostsFile = kLabDirectory / "hosts";

// Runs `body` in new namespaces (see base::run_in_new_namespaces) with an empty tmpfs on /run, where libvirt,
// switches and named network namespaces keep their sockets; multicast goes by the loopback, where networks
// made of multicast UDP live; IPv6 autoconfiguration is off, so that nothing but the measured traffic is on
// the wires; as many descriptors may be open as the system allows. XDG_RUNTIME_DIR, XDG_CONFIG_HOME,
// XDG_CACHE_HOME and XDG_DATA_HOME name a directory of the lab, so that no program leaves anything in the
// user's. Returns the body's exit code. Throws base::SystemError.
int run_in_lab(const std::function<int()>& body);

}  // namespace banco::machine
