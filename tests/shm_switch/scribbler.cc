// A hostile port: joins a switch and strikes with every attack in turn, at random, until it is ended.
//
//   shm_scribbler PATH
#include <cstdio>
#include <exception>
#include <random>

#include "impl/shm_switch/attacks.hh"

int main(int argc, char** argv) {
  using namespace banco::shm_switch;
  if (argc != 2) {
    std::fprintf(stderr, "usage: shm_scribbler PATH\n");
    return 2;
  }
  try {
    SwitchLink link({.path = argv[1]});
    auto membership = link.membership();
    std::random_device device;
    std::mt19937_64 random(device());
    while (true) {
      const Attack& attack = attacks()[random() % attacks().size()];
      for (int i = 0; i < 100; ++i) {
        link.refresh(membership);
        attack.strike(link, *membership, random);
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm_scribbler: %s\n", error.what());
    return 1;
  }
}
