#include "harness/measure/journal.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "harness/measure/json.hh"
#include "impl/base/system_error.hh"

namespace banco::measure {
namespace {

using Json = nlohmann::json;
using Line = nlohmann::ordered_json;  // members in the order of journal.hh

constexpr std::array<std::pair<Outcome, std::string_view>, 4> kOutcomes{
    {{Outcome::kOk, "ok"},
     {Outcome::kFailed, "failed"},
     {Outcome::kSkipped, "skipped"},
     {Outcome::kInterrupted, "interrupted"}}};

std::string to_line(const Line& object) {
  return object.dump(-1, ' ', false, Line::error_handler_t::replace) + "\n";
}

void require_block(int block) {
  if (block < 1) throw std::invalid_argument(fmt::format("block {}: blocks count from 1", block));
}

int read_block(const Json& line, const char* name, int min) {
  const std::int64_t block = json_integer(line, name, min);
  if (block > std::numeric_limits<int>::max()) throw JsonError(fmt::format("\"{}\" is too large", name));
  return static_cast<int>(block);
}

RunHeader read_header(const Json& line) {
  const std::int64_t version = json_integer(line, "journal", 1);
  if (version != kJournalVersion)
    throw JsonError(
        fmt::format("journal version {}, but this banco reads version {}; use the banco that wrote it",
                    version, kJournalVersion));
  const Json& scenario = json_member(line, "scenario");
  RunHeader header{.banco_version = json_text(line, "banco"),
                   .time = parse_time(json_text(line, "time")),
                   .scenario_name = json_text(scenario, "name"),
                   .scenario_text = json_text(scenario, "text"),
                   .scenario_file = json_text(scenario, "file"),
                   .seed = 0,
                   .block_count = read_block(line, "blocks", 0),
                   .cells = json_text_map_list(line, "cells"),
                   .environment = json_text_map(line, "environment")};
  const Json& seed = json_member(line, "seed");
  if (!seed.is_number_unsigned()) throw JsonError("\"seed\" must be an integer of 0 or more");
  header.seed = seed.get<std::uint64_t>();
  return header;
}

// Said only of samples that are.
bool read_tainted(const Json& line) {
  const auto member = line.find("tainted");
  if (member == line.end()) return false;
  if (!member->is_boolean()) throw JsonError("\"tainted\" must be true or false");
  return member->get<bool>();
}

Sample read_sample(const Json& line) {
  return {.time = parse_time(json_text(line, "time")),
          .block = read_block(line, "block", 1),
          .cell = json_text_map(line, "cell"),
          .metric = json_text(line, "metric"),
          .value = json_number(line, "value"),
          .unit = json_text(line, "unit"),
          .key = json_text_map(line, "key"),
          .tainted = read_tainted(line)};
}

CellResult read_cell_result(const Json& line) {
  return {.started = parse_time(json_text(line, "started")),
          .ended = parse_time(json_text(line, "time")),
          .block = read_block(line, "block", 1),
          .cell = json_text_map(line, "cell"),
          .outcome = parse_outcome(json_text(line, "outcome")),
          .reason = json_text(line, "reason"),
          .consoles = json_text_map(line, "consoles")};
}

RunEnd read_end(const Json& line) {
  return {.time = parse_time(json_text(line, "time")),
          .outcome = parse_outcome(json_text(line, "outcome")),
          .reason = json_text(line, "reason")};
}

// One line after the header.
void read_line(const Json& line, Run& run) {
  if (run.end) throw JsonError("a line after the end of the run");
  if (!line.is_object()) throw JsonError("a line must be an object");
  if (line.contains("event")) {
    const std::string event = json_text(line, "event");
    if (event == "cell") {
      run.cells.push_back(read_cell_result(line));
    } else if (event == "end") {
      run.end = read_end(line);
    } else {
      throw JsonError("\"event\" must be \"cell\" or \"end\"");
    }
  } else if (line.contains("metric")) {
    run.samples.push_back(read_sample(line));
  } else {
    throw JsonError("neither a sample (\"metric\") nor an \"event\"");
  }
}

// The lines of a file in bounded memory. What follows the last newline is not a line.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path) : file_(base::open_file(path, O_RDONLY)) {}

  // The next line without its newline; nothing at the end of the file. Throws JsonError for one too long.
  std::optional<std::string_view> next() {
    std::size_t searched_bytes = 0;
    for (;;) {
      const std::size_t newline = buffer_.find('\n', begin_ + searched_bytes);
      if (newline != std::string::npos) {
        const std::string_view line = std::string_view(buffer_).substr(begin_, newline - begin_);
        begin_ = newline + 1;
        return line;
      }
      buffer_.erase(0, begin_);
      begin_ = 0;
      searched_bytes = buffer_.size();
      if (searched_bytes >= kJournalLineBytes)
        throw JsonError(fmt::format("a line longer than {} MiB", kJournalLineBytes >> 20));
      std::array<std::byte, 65536> chunk;
      const std::size_t count = file_.read(chunk);
      if (count == 0) return std::nullopt;
      buffer_.append(reinterpret_cast<const char*>(chunk.data()), count);
    }
  }

 private:
  base::FileDescriptor file_;
  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace

JournalWriter::JournalWriter(const std::filesystem::path& path)
    : path_(path), file_(base::open_file(path, O_CREAT | O_EXCL | O_WRONLY | O_APPEND, 0644)) {
  // The name is on disk before the first line is.
  const auto folder =
      base::open_file(path.has_parent_path() ? path.parent_path() : ".", O_RDONLY | O_DIRECTORY);
  base::check_system_call("fsync the folder of", path.string(), ::fsync(folder.number()));
}

void JournalWriter::write(const RunHeader& header) {
  append(to_line(
      {{"journal", kJournalVersion},
       {"banco", header.banco_version},
       {"time", format_time(header.time)},
       {"scenario",
        {{"name", header.scenario_name}, {"text", header.scenario_text}, {"file", header.scenario_file}}},
       {"seed", header.seed},
       {"blocks", header.block_count},
       {"cells", header.cells},
       {"environment", header.environment}}));
}

void JournalWriter::write(const Sample& sample) {
  require_block(sample.block);
  if (!std::isfinite(sample.value))
    throw std::invalid_argument(
        fmt::format("the value of {} is not finite: {}", sample.metric, sample.value));
  Line line{{"time", format_time(sample.time)},
            {"block", sample.block},
            {"cell", sample.cell},
            {"metric", sample.metric},
            {"value", sample.value},
            {"unit", sample.unit},
            {"key", sample.key}};
  if (sample.tainted) line["tainted"] = true;
  append(to_line(line));
}

void JournalWriter::write(const CellResult& result) {
  require_block(result.block);
  append(to_line({{"time", format_time(result.ended)},
                  {"block", result.block},
                  {"cell", result.cell},
                  {"event", "cell"},
                  {"outcome", to_string(result.outcome)},
                  {"started", format_time(result.started)},
                  {"reason", result.reason},
                  {"consoles", result.consoles}}));
}

void JournalWriter::write(const RunEnd& end) {
  append(to_line({{"time", format_time(end.time)},
                  {"event", "end"},
                  {"outcome", to_string(end.outcome)},
                  {"reason", end.reason}}));
}

void JournalWriter::append(const std::string& line) {
  if (line.size() > kJournalLineBytes)
    throw std::invalid_argument(
        fmt::format("a line of {} bytes is too long for {}", line.size(), path_.string()));
  struct stat before {};
  base::check_system_call("fstat", path_.string(), ::fstat(file_.number(), &before));
  try {
    file_.write_all(line);
    base::check_system_call("fdatasync", ::fdatasync(file_.number()));
  } catch (const base::SystemError& error) {
    // Without the cut the next line would continue this one; where it fails too, nothing more is written.
    if (::ftruncate(file_.number(), before.st_size) != 0) file_.close();
    throw base::SystemError(error.code().value(), "write a line to " + path_.string());
  }
}

Run read_journal(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path))
    throw std::runtime_error(fmt::format("{} is a folder; name the journal inside it", path.string()));
  LineReader lines(path);
  Run run;
  std::size_t number = 0;
  const auto place = [&] { return fmt::format("{}:{}: ", path.string(), number); };
  try {
    for (number = 1;; ++number) {
      const std::optional<std::string_view> line = lines.next();
      if (!line) break;
      if (number == 1) {
        run.header = read_header(parse_json(*line));
      } else {
        read_line(parse_json(*line), run);
      }
    }
  } catch (const std::invalid_argument& error) {  // parse_time, parse_outcome
    throw std::runtime_error(place() + error.what());
  } catch (const JsonError& error) {
    throw std::runtime_error(place() + error.what());
  }
  if (number == 1)
    throw std::runtime_error(place() + "no complete header; the run ended before it measured anything");
  return run;
}

std::string format_time(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Time parse_time(const std::string& text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddddddddZ";
  bool fits = text.size() == kShape.size();
  for (std::size_t i = 0; fits && i < kShape.size(); ++i)
    fits = kShape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == kShape[i];
  if (fits) {
    const auto field = [&](std::size_t begin, std::size_t length) {
      return std::stoi(text.substr(begin, length));
    };
    const std::chrono::year_month_day date(std::chrono::year(field(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(field(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(field(8, 2))));
    // Whole years that nanoseconds in 64 bits can count.
    const bool countable = date.year() >= std::chrono::year(1678) && date.year() <= std::chrono::year(2261);
    if (date.ok() && countable && field(11, 2) < 24 && field(14, 2) < 60 && field(17, 2) < 60)
      return std::chrono::sys_days(date) + std::chrono::hours(field(11, 2)) +
             std::chrono::minutes(field(14, 2)) + std::chrono::seconds(field(17, 2)) +
             std::chrono::nanoseconds(field(20, 9));
  }
  throw std::invalid_argument("a time must have the form 2026-11-21T08:00:00.000000000Z");
}

std::string to_string(Outcome outcome) {
  for (const auto& [value, word] : kOutcomes)
    if (value == outcome) return std::string(word);
  throw std::invalid_argument("not an outcome");
}

Outcome parse_outcome(const std::string& text) {
  for (const auto& [value, word] : kOutcomes)
    if (word == text) return value;
  throw std::invalid_argument("an outcome must be ok, failed, skipped or interrupted");
}

}  // namespace banco::measure
