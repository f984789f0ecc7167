// The driver without taps: networks, endpoints and what it refuses. What needs root and a switch is in
// tests/vde_docker.
#include "impl/vde_docker/driver.hh"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "impl/vde_docker/address.hh"
#include "impl/vde_docker/api.hh"

namespace banco::vde_docker {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Json = nlohmann::json;

class DriverTest : public testing::Test {
 protected:
  DriverTest() : directory_(::mkdtemp(name_.data())) { restart(); }
  ~DriverTest() override { std::filesystem::remove_all(directory_); }

  void restart() {
    driver_.reset();
    store_.reset();
    store_.emplace(directory_);
    driver_.emplace(*store_, starter_, [](const std::string&) {});
  }
  std::vector<Network> networks() const {
    return store_->networks([](const std::string&) {});
  }
  std::vector<Endpoint> endpoints() const {
    return store_->endpoints([](const std::string&) {});
  }
  Json ask(const std::string& call, const Json& request, int status = 200) {
    const Answer given = answer("/NetworkDriver." + call, request.dump(), *driver_);
    EXPECT_EQ(given.status, status) << given.body;
    return Json::parse(given.body);
  }
  std::string refusal(const std::string& call, const Json& request, int status = 400) {
    return ask(call, request, status).value("Err", "");
  }
  static Json network(const std::string& url = "vde:///run/a") {
    return {{"NetworkID", "n1"},
            {"Options", {{"com.docker.network.generic", {{"sock", url}}}}},
            {"IPv4Data", {{{"Pool", "10.0.0.0/24"}, {"Gateway", "10.0.0.1/24"}}}}};
  }
  static Json endpoint(const std::string& id, const Json& interface = Json::object()) {
    return {{"NetworkID", "n1"}, {"EndpointID", id}, {"Interface", interface}};
  }

  std::optional<Store> store_;
  PumpStarter starter_{"/nonexistent/vde_docker_pump"};
  std::optional<Driver> driver_;

 private:
  std::string name_ = std::filesystem::temp_directory_path() / "vde_docker_test.XXXXXX";
  std::filesystem::path directory_;
};

TEST_F(DriverTest, MakesANetworkOnceHoweverOftenItIsAsked) {
  ask("CreateNetwork", network());
  ask("CreateNetwork", network());
  EXPECT_THAT(refusal("CreateNetwork", network("vde:///run/b")), HasSubstr("other options"));
  restart();
  ask("CreateNetwork", network());
  EXPECT_THAT(networks(), SizeIs(1));
  ask("DeleteNetwork", {{"NetworkID", "n1"}});
  ask("DeleteNetwork", {{"NetworkID", "n1"}});
  EXPECT_THAT(networks(), IsEmpty());
}

TEST_F(DriverTest, ChoosesAMacOnlyWhereNoneWasGiven) {
  ask("CreateNetwork", network());
  const Json chosen = ask("CreateEndpoint", endpoint("e1", {{"Address", "10.0.0.2/24"}}));
  const std::string mac = chosen.at("Interface").at("MacAddress");
  EXPECT_EQ(chosen, Json({{"Interface", {{"MacAddress", mac}}}}));
  // The answer was lost, and the driver with it.
  restart();
  EXPECT_EQ(ask("CreateEndpoint", endpoint("e1", {{"Address", "10.0.0.2/24"}})), chosen);
  EXPECT_EQ(mac, "02:42:0a:00:00:02");
  const std::string random = ask("CreateEndpoint", endpoint("e3")).at("Interface").at("MacAddress");
  EXPECT_NO_THROW(check_mac(random));
  EXPECT_NE(ask("CreateEndpoint", endpoint("e4")).at("Interface").at("MacAddress"), random);
  const Json given = endpoint("e2", {{"MacAddress", "02:00:00:00:00:07"}});
  EXPECT_EQ(ask("CreateEndpoint", given), Json::parse(R"({"Interface":{}})"));
  EXPECT_EQ(ask("CreateEndpoint", given), Json::parse(R"({"Interface":{}})"));
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e2", {{"MacAddress", "02:00:00:00:00:08"}})),
              HasSubstr("other addresses"));
}

TEST_F(DriverTest, RefusesAddressesThatCannotBe) {
  ask("CreateNetwork", network());
  ask("CreateEndpoint", endpoint("e1", {{"Address", "10.0.0.2/24"}}));
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e2", {{"Address", "10.0.0.2/24"}})), HasSubstr("overlaps"));
  restart();
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e2", {{"Address", "10.0.0.2/24"}})), HasSubstr("overlaps"));
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e2", {{"Address", "10.0.1.2/24"}})), HasSubstr("no pool"));
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e2", {{"AddressIPv6", "fd00::2/64"}})),
              HasSubstr("no pool"));
  ask("DeleteEndpoint", endpoint("e1"));
  ask("CreateEndpoint", endpoint("e2", {{"Address", "10.0.0.2/24"}}));
}

TEST_F(DriverTest, RefusesWhatIsOfNoNetworkOrEndpoint) {
  EXPECT_THAT(refusal("CreateEndpoint", endpoint("e1")), HasSubstr("network n1 is not known here"));
  Json join = endpoint("e1");
  join["SandboxKey"] = "/run/docker/netns/1";
  EXPECT_THAT(refusal("Join", join), HasSubstr("endpoint e1 is not known here"));
  // But to end what is not there is done at once.
  ask("Leave", endpoint("e1"));
  ask("DeleteEndpoint", endpoint("e1"));
}

TEST_F(DriverTest, LeavesNothingWhenAPumpCannotBeStarted) {
  ask("CreateNetwork", network());
  ask("CreateEndpoint", endpoint("e1"));
  Json join = endpoint("e1");
  join["SandboxKey"] = "/run/docker/netns/1";
  EXPECT_THAT(refusal("Join", join, 500), HasSubstr("vde:///run/a cannot be joined"));
  EXPECT_EQ(endpoints().at(0).sandbox, "");
}

TEST_F(DriverTest, TakesTheEndpointsOfANetworkAlong) {
  ask("CreateNetwork", network());
  ask("CreateEndpoint", endpoint("e1"));
  ask("DeleteNetwork", {{"NetworkID", "n1"}});
  EXPECT_THAT(endpoints(), IsEmpty());
}

TEST_F(DriverTest, FinishesTheRemovalOfANetworkThatWasKilled) {
  ask("CreateNetwork", network());
  ask("CreateEndpoint", endpoint("e1"));
  store_->remove(networks().at(0));
  restart();
  EXPECT_THAT(endpoints(), IsEmpty());
}

TEST_F(DriverTest, StartsWithRecordsThatContradictEachOther) {
  ask("CreateNetwork", network());
  ask("CreateEndpoint", endpoint("e1", {{"Address", "10.0.0.2/24"}}));
  Endpoint other = endpoints().at(0);
  other.id = "e2";
  store_->put(other);
  restart();
  ask("DeleteEndpoint", endpoint("e1"));
  ask("DeleteEndpoint", endpoint("e2"));
  EXPECT_THAT(endpoints(), IsEmpty());
  ask("CreateEndpoint", endpoint("e3", {{"Address", "10.0.0.2/24"}}));
}

TEST_F(DriverTest, SaysWhatItCanAndWhatIsNoCall) {
  EXPECT_EQ(Json::parse(answer("/Plugin.Activate", "", *driver_).body),
            Json::parse(R"({"Implements":["NetworkDriver"]})"));
  EXPECT_EQ(ask("GetCapabilities", Json::object()),
            Json::parse(R"({"Scope":"local","ConnectivityScope":"global","GwAllocChecker":true})"));
  EXPECT_EQ(ask("GwAllocCheck", {{"Options", {{"com.docker.network.internal", true}}}}),
            Json::parse(R"({"SkipIPv4":true,"SkipIPv6":true})"));
  EXPECT_THAT(refusal("Juggle", Json::object(), 404), HasSubstr("no such call"));
}

}  // namespace
}  // namespace banco::vde_docker
