// The words of a scenario's messages are those of impl/base/words.hh.
#pragma once

#include "impl/base/words.hh"

namespace banco::scenario {

using base::in_quotes;
using base::listed;
using base::nearest;
using base::suggestion;

}  // namespace banco::scenario
