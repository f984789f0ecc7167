#include "impl/vde_docker/requests.hh"

#include <gmock/gmock.h>

#include <stdexcept>

namespace banco::vde_docker {
namespace {

using testing::HasSubstr;

// What `decode` says when it refuses; empty when it does not.
template <typename Decode>
std::string refusal(Decode decode, const std::string& body) {
  try {
    decode(body);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

std::string network_with(const std::string& generic, const std::string& rest = "") {
  return R"({"NetworkID":"n1","Options":{"com.docker.network.generic":)" + generic + "}" + rest + "}";
}
std::string network_refusal(const std::string& generic, const std::string& rest = "") {
  return refusal(decode_create_network, network_with(generic, rest));
}

TEST(CreateNetworkRequest, HasWhatDockerSays) {
  const Network network = decode_create_network(
      R"({"NetworkID":"f47244e9","Options":{"com.docker.network.enable_ipv6":true,"com.docker.network.internal":true,
          "com.docker.network.generic":{"sock":"vde:///run/a","if":"eth","mtu":"1400",
          "route":"10.9.0.0/16 via 10.0.0.9, fd01::/64"}},
          "IPv4Data":[{"AddressSpace":"LocalDefault","Gateway":"10.0.0.1/24","Pool":"10.0.0.0/24"}],
          "IPv6Data":[{"AddressSpace":"LocalDefault","Gateway":"fd00::1/64","Pool":"fd00::/64"}]})");
  EXPECT_EQ(network.id, "f47244e9");
  EXPECT_EQ(network.options.url, "vde:///run/a");
  EXPECT_EQ(network.options.interface_prefix, "eth");
  EXPECT_EQ(network.options.mtu_bytes, 1400);
  EXPECT_EQ(network.options.routes, (std::vector<Route>{{"10.9.0.0/16", "10.0.0.9"}, {"fd01::/64", ""}}));
  EXPECT_TRUE(network.is_internal);
  EXPECT_EQ(network.pools, (std::vector<Pool>{{"10.0.0.0/24", "10.0.0.1/24"}, {"fd00::/64", "fd00::1/64"}}));
}

TEST(CreateNetworkRequest, TakesInternalAmongTheOptionsOfUsersToo) {
  EXPECT_TRUE(
      decode_create_network(network_with(R"({"sock":"x","com.docker.network.internal":true})")).is_internal);
}

TEST(CreateNetworkRequest, IsRefusedWithASentence) {
  for (const char* body : {R"({"NetworkID":"n1"})", R"({"NetworkID":"n1","Options":null})",
                           R"({"NetworkID":"n1","Options":{"com.docker.network.generic":null}})"})
    EXPECT_THAT(refusal(decode_create_network, body), HasSubstr("-o sock=URL")) << body;
  EXPECT_THAT(network_refusal(R"({"sock":""})"), HasSubstr("-o sock"));
  EXPECT_THAT(network_refusal(R"({"sock":"-x"})"), HasSubstr("-o sock"));
  EXPECT_THAT(network_refusal(R"({"sock":"a\nb"})"), HasSubstr("printable"));
  EXPECT_THAT(network_refusal(R"({"sock":")" + std::string(1025, 'x') + "\"}"), HasSubstr("1024"));
  EXPECT_THAT(network_refusal(R"({"sock":1})"), HasSubstr("no string"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","mut":"1400"})"), HasSubstr("did you mean \"mtu\""));
  EXPECT_THAT(network_refusal(R"({"sock":"x","mtu":"67"})"), HasSubstr("68 to 9216"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","mtu":"9217"})"), HasSubstr("68 to 9216"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","mtu":"15x"})"), HasSubstr("68 to 9216"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","if":"abcdefghijklm"})"), HasSubstr("1 to 12 letters"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","if":"a/b"})"), HasSubstr("1 to 12 letters"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","route":"10.0.0.0/8 via fd00::1"})"), HasSubstr("two families"));
  EXPECT_THAT(network_refusal(R"({"sock":"x","route":"10.0.0.0"})"), HasSubstr("prefix length"));
  EXPECT_THAT(network_refusal(R"({"sock":"x"})", R"(,"IPv4Data":[{"Pool":"10.0.0.0/33"}])"),
              HasSubstr("0 to 32"));
  EXPECT_THAT(network_refusal(R"({"sock":"x"})", R"(,"IPv4Data":[{"Pool":"fd00::/64"}])"),
              HasSubstr("IPv4Data"));
}

TEST(CreateNetworkRequest, WantsAPoolForIpv6) {
  EXPECT_THAT(
      refusal(decode_create_network, R"({"NetworkID":"n1","Options":{"com.docker.network.enable_ipv6":true,
                                               "com.docker.network.generic":{"sock":"x"}}})"),
      HasSubstr("--subnet"));
}

TEST(Request, OfNoJsonObjectIsRefused) {
  EXPECT_THAT(refusal(decode_network_id, ""), HasSubstr("no body"));
  for (const char* body : {"{", "[]", "null", "1", "\xff\xfe", "{\"NetworkID\":}"})
    EXPECT_THAT(refusal(decode_network_id, body), HasSubstr("no JSON object")) << body;
}

TEST(Request, RefusesIdentifiersThatAreNoFileNames) {
  for (const char* id : {"\"\"", "\"..\"", "\"a/b\"", "\"a\\u0000\"", "7", "null", "\"a b\""})
    EXPECT_NE(refusal(decode_network_id, std::string(R"({"NetworkID":)") + id + "}"), "") << id;
  EXPECT_NE(refusal(decode_network_id, R"({"NetworkID":")" + std::string(65, 'a') + "\"}"), "");
  EXPECT_EQ(decode_network_id(R"({"NetworkID":")" + std::string(64, 'a') + "\"}"), std::string(64, 'a'));
}

TEST(CreateEndpointRequest, IsDecodedAndJudged) {
  const auto body = [](const std::string& interface) {
    return R"({"NetworkID":"n1","EndpointID":"e1","Interface":)" + interface + "}";
  };
  const auto request = decode_create_endpoint(
      body(R"({"Address":"10.0.0.2/24","AddressIPv6":"fd00::2/64","MacAddress":"02:42:0a:00:00:02"})"));
  EXPECT_EQ(request.address, "10.0.0.2/24");
  EXPECT_EQ(request.address_ipv6, "fd00::2/64");
  EXPECT_EQ(request.mac, "02:42:0a:00:00:02");
  EXPECT_EQ(decode_create_endpoint(body("null")).mac, "");
  for (const char* interface : {R"({"Address":"10.0.0.2"})", R"({"Address":"fd00::2/64"})",
                                R"({"AddressIPv6":"10.0.0.2/24"})", R"({"MacAddress":"03:42:0a:00:00:02"})",
                                R"({"MacAddress":"00:00:00:00:00:00"})", R"({"MacAddress":"02:42:0a:00:00"})",
                                R"({"MacAddress":"02:42:0a:00:00:02:03"})", R"({"Address":1})", "7"})
    EXPECT_NE(refusal(decode_create_endpoint, body(interface)), "") << interface;
}

TEST(JoinRequest, WantsAPathForItsSandbox) {
  const auto body = [](const std::string& key) {
    return R"({"NetworkID":"n1","EndpointID":"e1","SandboxKey":)" + key + "}";
  };
  EXPECT_EQ(decode_join(body(R"("/run/docker/netns/1")")).sandbox, "/run/docker/netns/1");
  for (const char* key : {"null", "\"\"", "\"run\"", "\"/a\\u0000b\"", "[]"})
    EXPECT_NE(refusal(decode_join, body(key)), "") << key;
}

TEST(GatewayCheckRequest, SkipsGatewaysOfInternalNetworks) {
  EXPECT_TRUE(decode_is_internal(R"({"Options":{"com.docker.network.internal":true}})"));
  EXPECT_FALSE(decode_is_internal(R"({"Options":{}})"));
  EXPECT_FALSE(decode_is_internal("{}"));
}

}  // namespace
}  // namespace banco::vde_docker
