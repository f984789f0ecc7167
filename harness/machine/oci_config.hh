// How a container is written down for an OCI runtime. Pure text.
// Source: OCI Runtime Specification 1.0.2, config.json; what it may do is what Docker allows, and to manage
// its own network besides.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace banco::machine {

struct OciConfig {
  std::string host_name;
  std::filesystem::path root;  // the container's file system, which is written to
  std::filesystem::path init;  // a static program that reaps, seen as /dev/init; process 1 of the container
  std::vector<std::pair<std::string, std::string>> environment;  // of all processes
  bool new_user_namespace = false;  // where `user` and `group` are root; otherwise root is root
  uid_t user = 0;
  gid_t group = 0;
};

// The text of config.json. Processes are in new PID, network, IPC, UTS and mount namespaces.
std::string oci_config(const OciConfig& config);

}  // namespace banco::machine
