// shm:// URLs: /path/of/switch[key=value/key=value…], the syntax of libvdeplug's path parameters.
#pragma once

#include "impl/vde/plug_api.hh"

#include <utility>

#include "impl/shm_switch/port.hh"

namespace banco::shm_switch {

// `url`: what follows shm://; it is changed. `arguments` may be null; what the URL says goes first. Throws
// OpenError (EINVAL) with a sentence.
std::pair<PortOptions, Patience> options_from_url(char* url, const char* description,
                                                  const vde_open_args* arguments);

}  // namespace banco::shm_switch
