#include "harness/run/recorder.hh"

#include <chrono>

namespace banco::run {

void Recorder::record(const std::string& metric, double value, const std::string& unit) {
  journal_.write(measure::Sample{.time = now(),
                                 .block = block_,
                                 .cell = cell_,
                                 .metric = metric,
                                 .value = value,
                                 .unit = unit,
                                 .key = key_,
                                 .tainted = tainted_});
  values_[metric] = value;
}

measure::Time now() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}  // namespace banco::run
