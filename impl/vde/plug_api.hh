// The C interfaces of libvdeplug, for clients and for modules: their headers do not know C++.
#pragma once

#include <sys/types.h>
#include <ctime>

extern "C" {
#include <libvdeplug_mod.h>
}
