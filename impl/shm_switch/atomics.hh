// Lock-free access to words in shared memory: plain integers there (memory.h is C as well), atomic here.
// Order: load_acquire pairs with store_release; `relaxed` words carry no other data.
#pragma once

#include <atomic>

namespace banco::shm_switch {

template <typename Word>
Word load_relaxed(const Word& word) noexcept {
  static_assert(__atomic_always_lock_free(sizeof(Word), nullptr));
  return __atomic_load_n(&word, __ATOMIC_RELAXED);
}

template <typename Word>
Word load_acquire(const Word& word) noexcept {
  static_assert(__atomic_always_lock_free(sizeof(Word), nullptr));
  return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}

template <typename Word>
void store_relaxed(Word& word, Word value) noexcept {
  static_assert(__atomic_always_lock_free(sizeof(Word), nullptr));
  __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}

template <typename Word>
void store_release(Word& word, Word value) noexcept {
  static_assert(__atomic_always_lock_free(sizeof(Word), nullptr));
  __atomic_store_n(&word, value, __ATOMIC_RELEASE);
}

// Adds to a word that only this thread writes.
template <typename Word>
void add_owned(Word& word, Word amount) noexcept {
  store_relaxed(word, static_cast<Word>(load_relaxed(word) + amount));
}

}  // namespace banco::shm_switch
