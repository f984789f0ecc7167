#include "impl/vde_docker/store.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace banco::vde_docker {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

void no_complaint(const std::string& sentence) {
  ADD_FAILURE() << sentence;
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() : directory_(::mkdtemp(name_.data())) {}
  ~StoreTest() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path state() const { return directory_ / "state"; }

  const Network network_{.id = "n1",
                         .options = {"shm:///run/a[port=3]", "eth", 1400, {{"10.9.0.0/16", "10.0.0.9"}}},
                         .is_internal = true,
                         .pools = {{"10.0.0.0/24", "10.0.0.1/24"}, {"fd00::/64", ""}}};
  const Endpoint endpoint_{.id = "0123456789abcdef",
                           .network_id = "n1",
                           .mac = "02:00:00:00:00:01",
                           .address = "10.0.0.2/24",
                           .address_ipv6 = "",
                           .sandbox = "/run/docker/netns/1",
                           .made_at_s = 7};

 private:
  std::string name_ = std::filesystem::temp_directory_path() / "vde_docker_test.XXXXXX";
  std::filesystem::path directory_;
};

TEST_F(StoreTest, RemembersWhatWasPut) {
  {
    const Store store(state());
    store.put(network_);
    store.put(endpoint_);
  }
  const Store store(state());
  ASSERT_EQ(store.networks(no_complaint).size(), 1u);
  EXPECT_EQ(store.networks(no_complaint)[0], network_);
  ASSERT_EQ(store.endpoints(no_complaint).size(), 1u);
  EXPECT_EQ(to_json(store.endpoints(no_complaint)[0]), to_json(endpoint_));
}

TEST_F(StoreTest, PutReplaces) {
  const Store store(state());
  store.put(endpoint_);
  Endpoint left = endpoint_;
  left.sandbox.clear();
  store.put(left);
  ASSERT_EQ(store.endpoints(no_complaint).size(), 1u);
  EXPECT_EQ(store.endpoints(no_complaint)[0].sandbox, "");
}

TEST_F(StoreTest, RemovesTwiceWithoutComplaint) {
  const Store store(state());
  store.put(network_);
  store.remove(network_);
  store.remove(network_);
  store.remove(endpoint_);
  EXPECT_THAT(store.networks(no_complaint), IsEmpty());
}

TEST_F(StoreTest, LeavesOutAndNamesAFileThatCannotBeRead) {
  const Store store(state());
  store.put(network_);
  for (const char* content : {"", "{", "[]", R"({"id":"n2"})", "\xff"}) {
    std::ofstream(state() / "networks" / "n2", std::ios::trunc) << content;
    std::string sentence;
    EXPECT_EQ(store.networks([&](const std::string& text) { sentence = text; }).size(), 1u);
    EXPECT_THAT(sentence, HasSubstr("networks/n2 cannot be read")) << content;
  }
}

TEST_F(StoreTest, LooksAwayFromAnEndpointThatPowerLossEmptied) {
  const Store store(state());
  store.put(endpoint_);
  std::ofstream(state() / "endpoints" / "e2").flush();
  std::string sentence;
  EXPECT_EQ(store.endpoints([&](const std::string& text) { sentence = text; }).size(), 1u);
  EXPECT_EQ(sentence, "");
}

TEST_F(StoreTest, LooksAwayFromAWriteThatWasKilled) {
  const Store store(state());
  store.put(network_);
  std::ofstream(state() / "networks" / "n1.new") << "{";
  EXPECT_EQ(store.networks(no_complaint).size(), 1u);
}

TEST_F(StoreTest, IsOneDriversAtATime) {
  const Store store(state());
  EXPECT_THROW(Store{state()}, std::runtime_error);
}

TEST_F(StoreTest, IsForNobodyElse) {
  const Store store(state());
  store.put(network_);
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  for (const auto& path : {state(), state() / "networks", state() / "networks" / "n1"})
    EXPECT_EQ(std::filesystem::status(path).permissions() & others, std::filesystem::perms::none) << path;
}

TEST_F(StoreTest, RefusesADirectoryTooDeepForSockets) {
  EXPECT_THROW(Store{state() / std::string(100, 'x')}, std::runtime_error);
}

TEST_F(StoreTest, IsEmptyWhereNothingIs) {
  EXPECT_THAT(read_networks(state(), no_complaint), IsEmpty());
  EXPECT_THAT(read_endpoints(state(), no_complaint), IsEmpty());
}

}  // namespace
}  // namespace banco::vde_docker
