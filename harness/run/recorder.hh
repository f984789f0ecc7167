// Recorder: where the parts of a cell put what they measured; knows which block, cell and key it belongs to.
#pragma once

#include <map>
#include <string>

#include "harness/measure/journal.hh"

namespace banco::run {

class Recorder {
 public:
  // `tainted`: frames are captured meanwhile (measure::Sample).
  Recorder(measure::JournalWriter& journal, int block, measure::Cell cell, measure::Key key, bool tainted)
      : journal_(journal), block_(block), cell_(std::move(cell)), key_(std::move(key)), tainted_(tainted) {}

  // Writes one sample to the journal, on disk when this returns. Units as in measure::Sample.
  void record(const std::string& metric, double value, const std::string& unit);
  // A value recorded in this cell. Throws std::out_of_range.
  double value_of(const std::string& metric) const { return values_.at(metric); }

 private:
  measure::JournalWriter& journal_;
  int block_;
  measure::Cell cell_;
  measure::Key key_;
  bool tainted_;
  std::map<std::string, double> values_;
};

measure::Time now();

}  // namespace banco::run
