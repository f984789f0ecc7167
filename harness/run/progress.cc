#include "harness/run/progress.hh"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/measure/journal.hh"

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
  fmt::print(stderr, "{}\n", text);
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
  const std::string words =
      outcome == measure::Outcome::kOk ? note_ : measure::to_string(outcome) + ": " + reason;
  if (!terminal_ || outcome != measure::Outcome::kOk)
    message(fmt::format("{}/{}  {}  {}  (about {} left)", done_count_, cell_count_, cell_, words,
                        describe_duration(left())));
  draw();
}

std::chrono::seconds Progress::left() const {
  const auto spent =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start_);
  if (done_count_ == 0) return std::max(planned_ - spent, std::chrono::seconds(0));
  return spent * static_cast<long>(cell_count_ - done_count_) / static_cast<long>(done_count_);
}

void Progress::draw() {
  if (!terminal_) return;
  constexpr std::size_t kBar_length = 20;
  const std::size_t filled = cell_count_ == 0 ? 0 : done_count_ * kBar_length / cell_count_;
  const std::string line =
      fmt::format("[{:#<{}}{:.<{}}] {}/{}  {}  {}  {}  ~{} left", "", filled, "", kBar_length - filled,
                  done_count_, cell_count_, cell_, phase_, note_, describe_duration(left()));
  fmt::print(stderr, "\r\033[K{}", line.substr(0, terminal_width() - 1));
  std::fflush(stderr);
}

void Progress::clear() {
  if (terminal_) fmt::print(stderr, "\r\033[K");
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
