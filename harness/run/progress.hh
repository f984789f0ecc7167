// Progress: tells the user what is happening, on standard error: one line that redraws itself on a terminal,
// plain lines elsewhere (a CI log), so that results on standard output stay clean.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "harness/measure/sample.hh"

namespace banco::run {

class Progress {
 public:
  // `planned` is what the plan thinks the whole run takes, for the time left of the first cell.
  Progress(std::size_t cell_count, std::chrono::seconds planned);
  ~Progress();

  void message(const std::string& text);  // one line that stays
  void cell_started(int block, const measure::Cell& cell);
  void phase(const std::string& text);  // "boot", "tcp", "udp" …
  void note(const std::string& text);   // the last figure: "tcp 349 Mbit/s"
  void cell_ended(measure::Outcome outcome, const std::string& reason);

 private:
  void draw();
  void clear();
  std::chrono::seconds left() const;

  bool terminal_;
  std::size_t cell_count_;
  std::chrono::seconds planned_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t done_count_ = 0;
  std::chrono::steady_clock::time_point done_ = start_;  // when the last cell ended
  std::string cell_;
  std::string phase_;
  std::string note_;
};

// "[#####...............] 1/4  ~12 s left  block 1  switch=vde  tcp", at most `width` characters; empty words
// are left out.
std::string progress_line(std::size_t done_count, std::size_t cell_count, std::chrono::seconds left,
                          const std::vector<std::string>& words, std::size_t width_characters);

// "switch=vde vms=2"; "the only cell" without axes.
std::string describe(const measure::Cell& cell);

// "1.29 Gbit/s", "349 Mbit/s"
std::string describe_rate(double rate_bps);

// "45 s", "12 min", "1 h 40 min"
std::string describe_duration(std::chrono::seconds duration);

}  // namespace banco::run
