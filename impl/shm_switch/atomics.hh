// Lock-free access to words in shared memory: plain integers there (memory.h is C as well), atomic here.
// Order: load_acquire pairs with store_release; `relaxed` words carry no other data.
#pragma once

#include <atomic>
#include <cstddef>

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

// Asks for a cache line that will be written soon. g++ makes __builtin_prefetch(…, 1) a prefetch for reading
// where the processor might be too old for the other, which leaves the line to be asked for again.
inline void prefetch_for_writing(const std::byte* place) noexcept {
#if defined(__x86_64__) || defined(__i386__)
  asm volatile("prefetchw %0" : : "m"(*place));
#else
  __builtin_prefetch(place, 1);
#endif
}

// Adds to a word that only this thread writes.
template <typename Word>
void add_owned(Word& word, Word amount) noexcept {
  store_relaxed(word, static_cast<Word>(load_relaxed(word) + amount));
}

}  // namespace banco::shm_switch
