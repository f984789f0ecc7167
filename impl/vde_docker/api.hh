// The remote API of libnetwork's network drivers: what is answered to a request.
//
// Shape   POST /Plugin.Activate, /NetworkDriver.JOIN …: a JSON object, or {"Err": sentence} with status 400
//         (the request cannot be), 500 (it did not succeed) or 404 (no such call, by which Docker finds out
//         what a driver can do).
// Source  moby v20.10 libnetwork/docs/remote.md, libnetwork/drivers/remote/driver.go, pkg/plugins/client.go.
#pragma once

#include <string>
#include <string_view>

#include "impl/vde_docker/driver.hh"

namespace banco::vde_docker {

struct Answer {
  int status;
  std::string body;
};

Answer answer(const std::string& path, std::string_view body, Driver& driver) noexcept;
Answer error_answer(int status, const std::string& sentence);

}  // namespace banco::vde_docker
