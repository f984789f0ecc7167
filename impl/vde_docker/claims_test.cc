#include "impl/vde_docker/claims.hh"

#include <gtest/gtest.h>

#include <stdexcept>

namespace banco::vde_docker {
namespace {

Endpoint endpoint(const std::string& id, const std::string& address, const std::string& address_ipv6 = "",
                  const std::string& network = "n1") {
  return {
      .id = id, .network_id = network, .address = address, .address_ipv6 = address_ipv6, .made_at_s = 100};
}

TEST(Claims, AreOfOneEndpointInOneNetwork) {
  Claims claims;
  claims.claim(endpoint("a", "10.0.0.2/24"), 100);
  EXPECT_THROW(claims.claim(endpoint("b", "10.0.0.2/16"), 100), std::invalid_argument);
  EXPECT_NO_THROW(claims.claim(endpoint("a", "10.0.0.2/24"), 100));
  EXPECT_NO_THROW(claims.claim(endpoint("b", "10.0.0.3/24"), 100));
  EXPECT_NO_THROW(claims.claim(endpoint("c", "10.0.0.2/24", "", "n2"), 100));
}

TEST(Claims, KnowAnAddressHoweverItIsWritten) {
  Claims claims;
  claims.claim(endpoint("a", "", "fd00::2/64"), 100);
  EXPECT_THROW(claims.claim(endpoint("b", "", "fd00:0:0::0002/64"), 100), std::invalid_argument);
}

TEST(Claims, ComeBothOrNot) {
  Claims claims;
  claims.claim(endpoint("a", "", "fd00::2/64"), 100);
  EXPECT_THROW(claims.claim(endpoint("b", "10.0.0.3/24", "fd00::2/64"), 100), std::invalid_argument);
  EXPECT_NO_THROW(claims.claim(endpoint("c", "10.0.0.3/24"), 100));
}

TEST(Claims, EndWhenTheyAreReleased) {
  Claims claims;
  claims.claim(endpoint("a", "10.0.0.2/24"), 100);
  claims.release(endpoint("b", "10.0.0.2/24"));  // not its own
  EXPECT_THROW(claims.claim(endpoint("b", "10.0.0.2/24"), 100), std::invalid_argument);
  claims.release(endpoint("a", "10.0.0.2/24"));
  EXPECT_NO_THROW(claims.claim(endpoint("b", "10.0.0.2/24"), 100));
}

TEST(Claims, OfEndpointsThatNobodyJoinedEndAfterAMinute) {
  Claims claims;
  claims.claim(endpoint("a", "10.0.0.2/24"), 100);
  claims.claim(endpoint("b", "10.0.0.3/24"), 100);
  claims.confirm(endpoint("b", "10.0.0.3/24"));
  EXPECT_THROW(claims.claim(endpoint("c", "10.0.0.2/24"), 159), std::invalid_argument);
  EXPECT_NO_THROW(claims.claim(endpoint("c", "10.0.0.2/24"), 160));
  EXPECT_THROW(claims.claim(endpoint("d", "10.0.0.3/24"), 1'000'000), std::invalid_argument);
}

}  // namespace
}  // namespace banco::vde_docker
