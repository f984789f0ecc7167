#include "impl/shm_switch/address_book.hh"

#include <gtest/gtest.h>

#include <memory>

namespace banco::shm_switch {
namespace {

class AddressBooks : public testing::Test {
 protected:
  std::vector<std::uint16_t> find(std::uint64_t key) {
    const AddressBook::Ports ports = book_.find(key);
    return {ports.port, ports.port + ports.count};
  }

  std::unique_ptr<shm_port_page> first_ = std::make_unique<shm_port_page>();
  std::unique_ptr<shm_port_page> second_ = std::make_unique<shm_port_page>();
  std::vector<ClaimSource> sources_{{1, first_.get(), every_vlan()}, {2, second_.get(), every_vlan()}};
  AddressBook book_;
};

TEST_F(AddressBooks, FindsWhoClaimsAnAddress) {
  Claims(*first_).use(address_key(5, 77), 100);
  Claims claims(*second_);
  claims.use(address_key(5, 78), 100);
  claims.use(address_key(5, 77), 100);
  book_.merge(sources_, 100, 300);
  EXPECT_EQ(find(address_key(5, 77)), (std::vector<std::uint16_t>{1, 2}));
  EXPECT_EQ(find(address_key(5, 78)), (std::vector<std::uint16_t>{2}));
  EXPECT_TRUE(find(address_key(6, 77)).empty());
}

TEST_F(AddressBooks, LeavesClaimsInVlansOfOthersOut) {
  Claims(*first_).use(address_key(10, 77), 100);
  Claims(*second_).use(address_key(10, 77), 100);
  sources_[1].vlans = access_vlan(20);
  book_.merge(sources_, 100, 300);
  EXPECT_EQ(find(address_key(10, 77)), (std::vector<std::uint16_t>{1}));
}

TEST_F(AddressBooks, LeavesOldClaimsOut) {
  Claims claims(*first_);
  claims.use(77, 100);
  book_.merge(sources_, 400, 300);
  EXPECT_FALSE(find(77).empty());
  book_.merge(sources_, 401, 300);
  EXPECT_TRUE(find(77).empty());
  claims.use(77, 401);
  book_.merge(sources_, 401, 300);
  EXPECT_FALSE(find(77).empty());
  EXPECT_EQ(first_->claim_count, 1u);
}

TEST_F(AddressBooks, KnowsWhenItIsStale) {
  Claims claims(*second_);
  book_.merge(sources_, 1, 300);
  EXPECT_FALSE(book_.is_stale(sources_));
  claims.use(77, 1);
  EXPECT_TRUE(book_.is_stale(sources_));
  book_.merge(sources_, 1, 300);
  claims.use(77, 2);  // only younger
  EXPECT_FALSE(book_.is_stale(sources_));
}

TEST_F(AddressBooks, FullPageForgetsSomeAndKeepsTheNew) {
  Claims claims(*first_);
  for (std::uint64_t key = 1; key <= 5000; ++key) claims.use(key, 1);
  book_.merge(sources_, 1, 300);
  EXPECT_EQ(first_->claim_count, SHM_CLAIM_COUNT);
  EXPECT_FALSE(find(5000).empty());
  EXPECT_TRUE(find(1).empty());
}

TEST_F(AddressBooks, PageThatClaimsAnAddressAThousandTimesCrowdsNobodyOut) {
  for (shm_claim& claim : first_->claims) claim.address = 77;
  first_->claim_count = 0xffff'ffff;
  Claims(*second_).use(77, 0);
  book_.merge(sources_, 0, 300);
  EXPECT_EQ(find(77), (std::vector<std::uint16_t>{1, 2}));
}

TEST_F(AddressBooks, AddressThatTooManyClaimIsNobodys) {
  std::vector<std::unique_ptr<shm_port_page>> pages;
  std::vector<ClaimSource> sources;
  for (std::uint32_t port = 1; port <= AddressBook::kPortsMax + 1; ++port) {
    pages.push_back(std::make_unique<shm_port_page>());
    Claims(*pages.back()).use(77, 0);
    sources.push_back({port, pages.back().get(), every_vlan()});
  }
  book_.merge(sources, 0, 300);
  EXPECT_TRUE(find(77).empty());
}

}  // namespace
}  // namespace banco::shm_switch
