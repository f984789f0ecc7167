/* memory.h is the ABI between programs built at different times, some of them in C: it must stay C11. */
#include "impl/shm_switch/memory.h"

unsigned long shm_pair_bytes_in_c(void) {
  return SHM_PAIR_BYTES + sizeof(struct shm_port_page);
}
