// What a hostile port can do to everything that it may write: for tests.
#pragma once

#include <random>
#include <span>

#include "impl/shm_switch/switch_link.hh"

namespace banco::shm_switch {

struct Attack {
  const char* name;
  void (*strike)(SwitchLink& link, const Membership& membership, std::mt19937_64& random);
};

std::span<const Attack> attacks();

}  // namespace banco::shm_switch
