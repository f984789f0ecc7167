// Requests of libnetwork's remote drivers, decoded and judged.
//
// Shape   JSON objects with the keys of moby's libnetwork/drivers/remote/api: NetworkID, EndpointID, Options
// …
//         Keys that nobody here knows are left alone: later versions of Docker say more.
// Trust   anybody who may write to the socket: identifiers become names of files and interfaces, so they are
//         restricted; every text is bounded by that of the body (server.hh).
// Errors  std::invalid_argument with a sentence.
// Source  moby v20.10 libnetwork/docs/remote.md, libnetwork/drivers/remote/api/api.go.
#pragma once

#include <string>
#include <string_view>

#include "impl/vde_docker/records.hh"

namespace banco::vde_docker {

// DeleteEndpoint, EndpointOperInfo, Leave, and Join with its sandbox.
struct EndpointRequest {
  std::string network_id;
  std::string endpoint_id;
  std::string sandbox;  // of Join
};

struct CreateEndpointRequest {
  std::string network_id;
  std::string endpoint_id;
  // Each may be empty.
  std::string mac;
  std::string address;
  std::string address_ipv6;
};

Network decode_create_network(std::string_view body);
std::string decode_network_id(std::string_view body);
CreateEndpointRequest decode_create_endpoint(std::string_view body);
EndpointRequest decode_endpoint(std::string_view body);
EndpointRequest decode_join(std::string_view body);
// GwAllocCheck: whether these are the options of an --internal network.
bool decode_is_internal(std::string_view body);

}  // namespace banco::vde_docker
