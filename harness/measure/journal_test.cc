#include "harness/measure/journal.hh"
