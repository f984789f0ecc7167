// Table: records by name, each with a lock of its own, so that whoever waits for a switch while it works on
// one endpoint keeps nobody from the others.
//
// Threads  any. Whoever holds an entry's lock may read and change it; an entry that nobody filled, or that
//          was emptied, goes with the last who holds it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace banco::vde_docker {

template <typename Record>
class Table {
  struct Entry {
    std::mutex lock;
    std::optional<Record> record;
    int holder_count = 0;  // guarded by the table's lock
  };

 public:
  // An entry, locked; its record may be missing.
  class Held {
   public:
    Held(Held&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)), name_(std::move(other.name_)), entry_(other.entry_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (table_ != nullptr) table_->release(name_, *entry_);
    }

    std::optional<Record>& operator*() const { return entry_->record; }
    std::optional<Record>* operator->() const { return &entry_->record; }

   private:
    friend class Table;
    Held(Table& table, std::string name, Entry& entry)
        : table_(&table), name_(std::move(name)), entry_(&entry) {}

    Table* table_;
    std::string name_;
    Entry* entry_;
  };

  // Waits for whoever holds it.
  Held hold(const std::string& name) {
    Entry& entry = begin(name);
    entry.lock.lock();
    return Held(*this, name, entry);
  }
  // Nothing when somebody holds it.
  std::optional<Held> try_hold(const std::string& name) {
    Entry& entry = begin(name);
    if (entry.lock.try_lock()) return Held(*this, name, entry);
    end(name, entry);
    return std::nullopt;
  }
  std::vector<std::string> names() const {
    const std::lock_guard guard(lock_);
    std::vector<std::string> all;
    for (const auto& [name, entry] : entries_) all.push_back(name);
    return all;
  }

 private:
  Entry& begin(const std::string& name) {
    const std::lock_guard guard(lock_);
    auto& entry = entries_[name];
    if (!entry) entry = std::make_unique<Entry>();
    ++entry->holder_count;
    return *entry;
  }
  void release(const std::string& name, Entry& entry) {
    entry.lock.unlock();
    end(name, entry);
  }
  void end(const std::string& name, Entry& entry) {
    const std::lock_guard guard(lock_);
    // Nobody else holds it or waits for it, so its record does not change.
    if (--entry.holder_count == 0 && !entry.record) entries_.erase(name);
  }

  mutable std::mutex lock_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

}  // namespace banco::vde_docker
