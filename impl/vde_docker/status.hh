// What `vde_docker --status` says: read from the state directory and asked of the pumps, so that it needs no
// driver that runs.
#pragma once

#include <filesystem>
#include <string>

#include "impl/vde_docker/store.hh"

namespace banco::vde_docker {

// A paragraph for each network with a line for each endpoint, or a JSON document
//   {"networks":[{"id", "url", …, "endpoints":[{"id", "mac", …, "pump": {"joined", "joined_count", "error",
//     "sent": {"frames", "bytes", "drops"}, "received": {…}} or null}]}]}
// Throws SystemError.
std::string status_text(const std::filesystem::path& directory, bool as_json, const Complain& complain);

}  // namespace banco::vde_docker
