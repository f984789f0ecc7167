#include "harness/run/progress.hh"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/measure/journal.hh"
#include "harness/report/text.hh"

namespace banco::run {
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

Progress::Progress(std::size_t cell_count, std::chrono::seconds planned)
    : terminal_(::isatty(STDERR_FILENO) == 1), cell_count_(cell_count), planned_(planned) {}

Progress::~Progress() {
  clear();
}

void Progress::message(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", report::plain_line(text));
  draw();
}

void Progress::cell_started(int block, const measure::Cell& cell) {
  cell_ = fmt::format("block {}  {}", block, describe(cell));
  phase_ = note_ = "";
  draw();
}

void Progress::phase(const std::string& text) {
  phase_ = text;
  draw();
}

void Progress::note(const std::string& text) {
  note_ = text;
  phase_.clear();
  draw();
}

void Progress::cell_ended(measure::Outcome outcome, const std::string& reason) {
  ++done_count_;
  done_ = std::chrono::steady_clock::now();
  const std::string words =
      outcome == measure::Outcome::kOk ? note_ : measure::to_string(outcome) + ": " + reason;
  if (!terminal_ || outcome != measure::Outcome::kOk)
    message(fmt::format("{}/{}  {}  {}  (about {} left)", done_count_, cell_count_, cell_, words,
                        describe_duration(left())));
  draw();
}

std::chrono::seconds Progress::left() const {
  // What the cells that are left take at the pace so far, less what the present one took already.
  std::chrono::steady_clock::duration left = planned_;
  if (done_count_ != 0)
    left = (done_ - start_) * static_cast<long>(cell_count_ - done_count_) / static_cast<long>(done_count_);
  left -= std::chrono::steady_clock::now() - done_;
  return std::max(std::chrono::round<std::chrono::seconds>(left), std::chrono::seconds(0));
}

void Progress::draw() {
  if (!terminal_) return;
  fmt::print(stderr, "\r\033[K{}",
             progress_line(done_count_, cell_count_, left(), {cell_, phase_, note_}, terminal_width() - 1));
  std::fflush(stderr);
}

void Progress::clear() {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

std::string progress_line(std::size_t done_count, std::size_t cell_count, std::chrono::seconds left,
                          const std::vector<std::string>& words, std::size_t width_characters) {
  const std::size_t bar_length = width_characters < 79 ? 10 : 20;
  const std::size_t filled = cell_count == 0 ? 0 : done_count * bar_length / cell_count;
  std::string line = fmt::format("[{:#<{}}{:.<{}}] {}/{}  ~{} left", "", filled, "", bar_length - filled,
                                 done_count, cell_count, describe_duration(left));
  for (const std::string& word : words)
    if (!word.empty()) line += "  " + word;
  return report::last_lines(report::plain_line(line), 1, width_characters - 1);  // and an ellipsis
}

std::string describe(const measure::Cell& cell) {
  std::string text;
  for (const auto& [axis, value] : cell) text += (text.empty() ? "" : " ") + axis + "=" + value;
  return text.empty() ? "the only cell" : text;
}

std::string describe_rate(double rate_bps) {
  if (rate_bps >= 1e9) return fmt::format("{:.3g} Gbit/s", rate_bps / 1e9);
  if (rate_bps >= 1e6) return fmt::format("{:.3g} Mbit/s", rate_bps / 1e6);
  return fmt::format("{:.3g} kbit/s", rate_bps / 1e3);
}

std::string describe_duration(std::chrono::seconds duration) {
  const auto seconds = duration.count();
  if (seconds < 90) return fmt::format("{} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{} min", (seconds + 30) / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace banco::run
