// The quantities of a scenario file are those of impl/base/units.hh.
#pragma once

#include "impl/base/units.hh"

namespace banco::scenario {

using base::bit_rate_pattern;
using base::bit_rate_text;
using base::bytes_pattern;
using base::bytes_text;
using base::duration_pattern;
using base::duration_text;
using base::parse_bit_rate;
using base::parse_bytes;
using base::parse_duration;
using base::parse_percent;
using base::percent_pattern;
using base::percent_text;

}  // namespace banco::scenario
