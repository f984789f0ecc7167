// The journal: what a run leaves on disk, one JSON object a line, synced line by line.
// Everything else (tables, report, resume, comparison) is computed from it and can be computed again.
//
// Shape (version 1). The first line is the header, then samples and cell results in the order they happened:
//
//     {"journal":1,"banco":"0.1.0","time":T,"scenario":{"name":…,"text":…,"file":…},"seed":42,
//      "blocks":6,"cells":[{axis:value}…],"environment":{…}}
//     {"time":T,"block":1,"cell":{axis:value},"metric":"tcp.throughput.sum","value":3.4e8,"unit":"bit/s","key":{…}}
//     (with "tainted":true when frames were captured meanwhile: sample.hh)
//     {"time":T,"block":1,"cell":{axis:value},"event":"cell","outcome":"ok|failed|skipped|interrupted",
//      "started":T,"reason":"…","consoles":{"vm1":"…"}}
//     {"time":T,"event":"end","outcome":"ok|failed|interrupted","reason":"…"}
//
// T is RFC 3339 in UTC with nanoseconds (`2026-11-21T08:00:00.000000000Z`); that of a cell is when it ended.
// `value` is a finite number. Blocks count from 1. Texts are UTF-8: other bytes (a guest's console) become
// U+FFFD. Members that are not named here are ignored. Units: see sample.hh. Trust: a journal may be cut
// anywhere (kill -9, full disk) or be edited by hand. A last line without its newline is ignored; any other
// line that is not of this shape is refused with its number. Memory per line is bounded (kJournalLineBytes,
// json.hh).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/sample.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::measure {

inline constexpr int kJournalVersion = 1;
inline constexpr std::size_t kJournalLineBytes = std::size_t{16} << 20;  // most that a line may have

// A key of the environment: why limits of containers were not enforced, in one sentence. Absent when they
// were.
inline constexpr const char* kUnenforcedLimits = "limits";

struct RunHeader {
  std::string banco_version;
  Time time;
  std::string scenario_name;
  std::string scenario_text;  // the file as it was read
  std::string scenario_file;  // the name it had, for messages
  std::uint64_t seed = 0;
  int block_count = 0;
  std::vector<Cell> cells;  // planned, in the order of the file
  std::map<std::string, std::string> environment;

  bool operator==(const RunHeader&) const = default;
};

struct RunEnd {
  Time time;
  Outcome outcome = Outcome::kOk;
  std::string reason;

  bool operator==(const RunEnd&) const = default;
};

// A whole run as read back. `end` is absent when the run was killed.
struct Run {
  RunHeader header;
  std::vector<Sample> samples;
  std::vector<CellResult> cells;
  std::optional<RunEnd> end;
};

// Appends to a journal file; each call returns once the line is on disk (fdatasync).
class JournalWriter {
 public:
  // Creates `path`, which must not exist yet. Throws base::SystemError.
  explicit JournalWriter(const std::filesystem::path& path);

  // Throw base::SystemError (disk full: the partial line is cut off again, earlier lines stay valid)
  // and std::invalid_argument (a value that is not finite, a block below 1, a line too long): what could not
  // be read back is not written.
  void write(const RunHeader& header);
  void write(const Sample& sample);
  void write(const CellResult& result);
  void write(const RunEnd& end);

 private:
  void append(const std::string& line);

  std::filesystem::path path_;
  base::FileDescriptor file_;
};

// Reads a journal. Throws std::runtime_error with file, line number and what is wrong.
Run read_journal(const std::filesystem::path& path);

// Time as it stands in journals, and back. `parse_time` throws std::invalid_argument
// for any other form and for years outside 1678..2261, which nanoseconds in 64 bits cannot count.
std::string format_time(Time time);
Time parse_time(const std::string& text);

// The words of outcomes in journals: ok, failed, skipped, interrupted.
std::string to_string(Outcome outcome);
// Throws std::invalid_argument.
Outcome parse_outcome(const std::string& text);

}  // namespace banco::measure
