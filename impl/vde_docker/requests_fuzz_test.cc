// The body of requests_fuzz.cc on requests of Docker's, mangled.
#include <gtest/gtest.h>

#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace banco::vde_docker {
namespace {

const std::string kRequest =
    R"({"NetworkID":"0123456789ab","EndpointID":"ba9876543210","SandboxKey":"/run/docker/netns/1",)"
    R"("Interface":{"Address":"10.0.0.2/24","AddressIPv6":"fd00::2/64","MacAddress":"02:42:0a:00:00:02"},)"
    R"("IPv4Data":[{"Pool":"10.0.0.0/24","Gateway":"10.0.0.1/24"}],"IPv6Data":[{"Pool":"fd00::/64"}],)"
    R"("Options":{"com.docker.network.enable_ipv6":true,"com.docker.network.internal":false,)"
    R"("com.docker.network.generic":{"sock":"vde:///run/a","if":"eth","mtu":"1400",)"
    R"("route":"10.9.0.0/16 via 10.0.0.9, fd01::/64"}}})";

TEST(HostileRequest, IsDecodedOrRefused) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int round = 0; round < 3000; ++round) {
    std::string body = kRequest;
    for (std::size_t count = below(4); count > 0 && !body.empty(); --count) {
      const std::size_t at = below(body.size());
      switch (below(4)) {
        case 0:
          body[at] = static_cast<char>(random());
          break;
        case 1:
          body.erase(at, below(20));
          break;
        case 2:
          body.insert(at, body.substr(below(body.size()), below(30)));
          break;
        case 3:
          body.resize(at);
          break;
      }
    }
    ASSERT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()), 0);
  }
}

}  // namespace
}  // namespace banco::vde_docker
