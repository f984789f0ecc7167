#include "impl/shm_switch/address_book.hh"

#include <algorithm>
#include <bit>
#include <random>

#include "impl/shm_switch/atomics.hh"

namespace banco::shm_switch {
namespace {

constexpr std::size_t kIndexSize = std::size_t{2} * SHM_CLAIM_COUNT;

// Fibonacci hashing.
std::size_t hash(std::uint64_t key, std::uint64_t multiplier) {
  return static_cast<std::size_t>((key * multiplier) >> 32);
}

std::uint32_t count_of(const shm_port_page& page) {
  return std::min(load_acquire(page.claim_count), SHM_CLAIM_COUNT);
}

}  // namespace

Claims::Claims(shm_port_page& page) : page_(&page), index_(kIndexSize) {
  rebuild_index();
}

// The place of `key` in index_, or the empty one where it belongs.
std::size_t Claims::slot_of(std::uint64_t key) const noexcept {
  std::size_t slot = hash(key, 0x9e3779b97f4a7c15u) % kIndexSize;
  while (index_[slot] != 0 && page_->claims[index_[slot] - 1].address != key) slot = (slot + 1) % kIndexSize;
  return slot;
}

void Claims::rebuild_index() noexcept {
  std::fill(index_.begin(), index_.end(), std::uint16_t{0});
  const std::uint32_t count = count_of(*page_);
  for (std::uint32_t i = 0; i < count; ++i)
    index_[slot_of(page_->claims[i].address)] = static_cast<std::uint16_t>(i + 1);
}

void Claims::use_slowly(std::uint64_t key, std::uint32_t now_s) noexcept {
  last_key_ = key;
  last_s_ = now_s;
  const std::size_t slot = slot_of(key);
  if (index_[slot] != 0) {
    store_relaxed(page_->claims[index_[slot] - 1].last_used_s, now_s);
    return;
  }
  const std::uint32_t count = page_->claim_count;
  const bool full = count >= SHM_CLAIM_COUNT;
  // A full page forgets in turn: which of a thousand addresses goes hardly matters, and searching the oldest
  // would let a guest that invents addresses slow its own port down.
  const std::uint32_t place = full ? next_victim_++ % SHM_CLAIM_COUNT : count;
  store_relaxed(page_->claims[place].last_used_s, now_s);
  store_release(page_->claims[place].address, key);
  if (full) {
    rebuild_index();
  } else {
    index_[slot] = static_cast<std::uint16_t>(place + 1);
    store_release(page_->claim_count, count + 1);
  }
  store_release(page_->claims_version, page_->claims_version + 1);
}

AddressBook::AddressBook() {
  std::random_device random;
  multiplier_ = (std::uint64_t{random()} << 32 | random()) | 1;
}

std::size_t AddressBook::home_of(std::uint64_t key) const noexcept {
  return hash(key, multiplier_) & (table_.size() - 1);
}

void AddressBook::merge(std::span<const ClaimSource> sources, std::uint32_t now_s, std::uint32_t ageing_s) {
  versions_.resize(sources.size());
  std::size_t total = 0;
  for (const ClaimSource& source : sources) total += count_of(*source.page);
  table_.assign(std::bit_ceil(std::max<std::size_t>(2 * total + 1, 64)), Entry{});
  std::size_t room = total;  // a page may have grown since
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const shm_port_page& page = *sources[i].page;
    versions_[i] = load_acquire(page.claims_version);
    const std::uint32_t count = count_of(page);
    for (std::uint32_t c = 0; c < count && room > 0; ++c) {
      const std::uint64_t key = load_acquire(page.claims[c].address);
      const std::uint32_t age_s = now_s - load_relaxed(page.claims[c].last_used_s);
      // A claim from the future (another second of the clock) is a fresh one.
      const bool fresh = age_s <= ageing_s || age_s > UINT32_MAX / 2;
      if (key == 0 || !fresh || !sources[i].vlans.has(static_cast<std::uint16_t>(key >> 48))) continue;
      std::size_t place = home_of(key);
      const auto is_same = [&](const Entry& entry) {
        return entry.key == key && entry.port == sources[i].port;
      };
      while (table_[place].key != 0 && !is_same(table_[place])) place = (place + 1) & (table_.size() - 1);
      table_[place] = {key, sources[i].port};
      --room;
    }
  }
}

bool AddressBook::is_stale(std::span<const ClaimSource> sources) const noexcept {
  if (sources.size() != versions_.size()) return true;
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (load_relaxed(sources[i].page->claims_version) != versions_[i]) return true;
  return false;
}

AddressBook::Ports AddressBook::find(std::uint64_t key) const noexcept {
  Ports result;
  if (table_.empty()) return result;
  for (std::size_t place = home_of(key); table_[place].key != 0; place = (place + 1) & (table_.size() - 1)) {
    if (table_[place].key != key) continue;
    if (result.count == kPortsMax) return {};
    result.port[result.count++] = static_cast<std::uint16_t>(table_[place].port);
  }
  return result;
}

}  // namespace banco::shm_switch
