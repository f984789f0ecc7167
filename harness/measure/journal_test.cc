#include "harness/measure/journal.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <limits>
#include <random>

#include "harness/measure/mutation.hh"
#include "impl/base/system_error.hh"

namespace banco::measure {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Time kTime = parse_time("2026-11-21T08:00:00.123456789Z");

RunHeader some_header() {
  return {.banco_version = "0.1.0",
          .time = kTime,
          .scenario_name = "switches",
          .scenario_text = "name: switches\n# \"quoted\" \\ \t \u00e8\n",
          .scenario_file = "scenarios/switches.yaml",
          .seed = std::numeric_limits<std::uint64_t>::max(),
          .block_count = 6,
          .cells = {{{"switch", "vde"}, {"vms", "2"}}, {}},
          .environment = {{"kernel", "6.1"}}};
}

Sample some_sample() {
  return {.time = kTime,
          .block = 1,
          .cell = {{"switch", "vde"}, {"vms", "2"}},
          .metric = "tcp.throughput.sum",
          .value = 0.1 + 0.2,
          .unit = "bit/s",
          .key = {{"accel", "kvm"}}};
}

CellResult some_result() {
  return {.started = kTime - std::chrono::seconds(5),
          .ended = kTime,
          .block = 2,
          .cell = {{"switch", "vde"}, {"vms", "2"}},
          .outcome = Outcome::kFailed,
          .reason = "vm2 did not boot",
          .consoles = {{"vm2", "Kernel panic\r\n\x1b[0m"}}};
}

const RunEnd kEnd{.time = kTime, .outcome = Outcome::kInterrupted, .reason = "SIGINT"};

// A folder of the test's own; the journal in it does not exist yet.
class Journal : public testing::Test {
 protected:
  Journal() { std::filesystem::create_directory(folder_); }
  ~Journal() override { std::filesystem::remove_all(folder_); }

  void write_everything() const {
    JournalWriter writer(path_);
    writer.write(some_header());
    writer.write(some_sample());
    writer.write(some_result());
    writer.write(kEnd);
  }

  // Reads `text` as a journal.
  measure::Run read(const std::string& text) const {
    std::filesystem::remove(path_);
    base::open_file(path_, O_CREAT | O_EXCL | O_WRONLY).write_all(text);
    return read_journal(path_);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("banco-journal-" + std::to_string(::getpid()));
  const std::filesystem::path path_ = folder_ / "journal.jsonl";
};

TEST_F(Journal, ReadsBackEverythingItWrote) {
  write_everything();
  const measure::Run run = read_journal(path_);
  EXPECT_EQ(run.header, some_header());
  EXPECT_THAT(run.samples, testing::ElementsAre(some_sample()));
  EXPECT_THAT(run.cells, testing::ElementsAre(some_result()));
  EXPECT_EQ(run.end, kEnd);
}

TEST_F(Journal, KeepsTaintedSamplesApart) {
  {
    JournalWriter writer(path_);
    writer.write(some_header());
    Sample sample = some_sample();
    writer.write(sample);
    sample.tainted = true;
    writer.write(sample);
  }
  const std::string text = base::read_file(path_);
  EXPECT_THAT(text, EndsWith(R"("key":{"accel":"kvm"},"tainted":true})"
                             "\n"));
  const auto samples = read_journal(path_).samples;
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_FALSE(samples[0].tainted);
  EXPECT_TRUE(samples[1].tainted);
  EXPECT_THAT([&] { read(text.substr(0, text.rfind("true")) + "1}\n"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("\"tainted\" must be true or false")));
}

TEST_F(Journal, LinesHaveTheDocumentedShape) {
  write_everything();
  const std::string text = base::read_file(path_);
  EXPECT_THAT(text,
              testing::StartsWith(R"({"journal":1,"banco":"0.1.0","time":"2026-11-21T08:00:00.123456789Z")"));
  EXPECT_THAT(
      text,
      HasSubstr("\n"
                R"({"time":"2026-11-21T08:00:00.123456789Z","block":1,"cell":{"switch":"vde","vms":"2"},)"
                R"("metric":"tcp.throughput.sum","value":0.30000000000000004,"unit":"bit/s",)"
                R"("key":{"accel":"kvm"}})"
                "\n"));
  EXPECT_THAT(text, EndsWith(R"("event":"end","outcome":"interrupted","reason":"SIGINT"})"
                             "\n"));
}

TEST_F(Journal, RefusesToReplaceAnother) {
  write_everything();
  EXPECT_THROW(JournalWriter{path_}, base::SystemError);
  EXPECT_EQ(read_journal(path_).samples.size(), 1U);
}

TEST_F(Journal, CutAtAnyByteKeepsTheLinesBefore) {
  write_everything();
  const std::string text = base::read_file(path_);
  const std::size_t header_bytes = text.find('\n') + 1;
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    if (size < header_bytes) {
      EXPECT_THAT([&] { read(cut); },
                  ThrowsMessage<std::runtime_error>(HasSubstr("journal.jsonl:1: no complete header")));
      continue;
    }
    const measure::Run run = read(cut);
    const auto line_count = static_cast<std::size_t>(std::count(cut.begin(), cut.end(), '\n'));
    EXPECT_EQ(1 + run.samples.size() + run.cells.size() + (run.end ? 1 : 0), line_count) << size;
  }
}

TEST_F(Journal, OtherVersionIsRefusedWithBothVersions) {
  EXPECT_THAT([&] { read("{\"journal\":2}\n"); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("journal.jsonl:1: "), HasSubstr("version 2"), HasSubstr("version 1"))));
}

TEST_F(Journal, HostileLinesAreRefusedWithTheirNumber) {
  write_everything();
  const std::string text = base::read_file(path_);
  const std::string header = text.substr(0, text.find('\n') + 1);
  const std::string start = R"({"time":"2026-11-21T08:00:00.000000000Z","cell":{},"unit":"s","key":{},)";
  EXPECT_EQ(read(header + start + R"("metric":"a","block":1,"value":1})" + "\n").samples.size(), 1U);
  const std::vector<std::string> lines = {
      "",
      "x",
      "null",
      "[]",
      "{}",
      "7",
      "\"metric\"",
      std::string(1000, '\0'),
      std::string(1 << 20, '['),
      start + R"("metric":"a","block":1,"value":NaN})",
      start + R"("metric":"a","block":1,"value":1e999})",
      start + R"("metric":"a","block":1,"value":null})",
      start + R"("metric":"a","block":1,"value":"1"})",
      start + R"("metric":"a","block":1})",
      start + R"("metric":"a","block":0,"value":1})",
      start + R"("metric":"a","block":-1,"value":1})",
      start + R"("metric":"a","block":1.5,"value":1})",
      start + R"("metric":"a","block":2147483648,"value":1})",
      start + R"("metric":"a","block":1,"value":1,"cell":{"a":1}})",
      start + R"("metric":"a","block":1,"value":1,"cell":[]})",
      start + R"("metric":"a","block":1,"value":1,"time":"2026-02-30T00:00:00.000000000Z"})",
      start + R"("metric":"a","block":1,"value":1,"time":17})",
      start + R"("metric":{},"block":1,"value":1})",
      start +
          R"("event":"cell","block":1,"outcome":"good","started":"2026-11-21T08:00:00.000000000Z","reason":"","consoles":{}})",
      start + R"("event":"cell","block":1,"outcome":"ok","reason":"","consoles":{}})",
      start + R"("event":"start"})",
      start + R"("event":1})",
      header.substr(0, header.size() - 1),
  };
  for (const std::string& line : lines)
    EXPECT_THAT([&] { read(header + line + "\n"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("journal.jsonl:2: ")))
        << line.substr(0, 200);
}

TEST_F(Journal, HeaderWithWrongTypesIsRefused) {
  write_everything();
  const std::string text = base::read_file(path_);
  const std::string header = text.substr(0, text.find('\n') + 1);
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"\"journal\":1", "\"journal\":\"1\""},
      {"18446744073709551615", "-1"},
      {"18446744073709551615", "1.5"},
      {"\"blocks\":6", "\"blocks\":-6"},
      {"\"cells\":[", "\"cells\":[1,"},
      {"\"cells\":[", "\"cells\":7,\"x\":["},
      {"\"environment\":{", "\"environment\":{\"a\":{},"},
      {"\"scenario\":{", "\"scenario\":1,\"x\":{"},
      {"2026", "1677"}};
  for (const auto& [from, to] : changes) {
    std::string changed = header;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_THAT([&] { read(changed); }, ThrowsMessage<std::runtime_error>(HasSubstr("journal.jsonl:1: ")))
        << to;
  }
}

TEST_F(Journal, DamagedAtRandomIsReadOrRefused) {
  write_everything();
  const std::string text = base::read_file(path_);
  std::mt19937_64 random(1);
  int refused_count = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string damaged = mutate(text, random);
    try {
      read(damaged);
    } catch (const std::runtime_error&) {
      ++refused_count;
    } catch (...) {
      ADD_FAILURE() << "neither read nor refused: " << damaged;
    }
  }
  EXPECT_GT(refused_count, 1500);
  EXPECT_LT(refused_count, 3000);
}

TEST_F(Journal, NothingFollowsTheEnd) {
  write_everything();
  const std::string text = base::read_file(path_);
  const std::string end = text.substr(text.rfind('\n', text.size() - 2) + 1);
  EXPECT_THAT([&] { read(text + end); },
              ThrowsMessage<std::runtime_error>(HasSubstr("journal.jsonl:5: a line after")));
}

TEST_F(Journal, EndlessLineIsRefusedWithoutReadingItAll) {
  write_everything();
  const std::string text = base::read_file(path_);
  const std::string header = text.substr(0, text.find('\n') + 1);
  EXPECT_THAT([&] { read(header + std::string(kJournalLineBytes + 1, ' ')); },
              ThrowsMessage<std::runtime_error>(HasSubstr("journal.jsonl:2: a line longer than 16 MiB")));
  EXPECT_THAT([] { read_journal("/dev/zero"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("longer than 16 MiB")));
}

TEST_F(Journal, LongestLineThatIsWrittenIsReadBack) {
  RunEnd end = kEnd;
  JournalWriter writer(path_);
  writer.write(some_header());
  const std::uintmax_t before = std::filesystem::file_size(path_);
  end.reason.assign(kJournalLineBytes, 'x');
  EXPECT_THROW(writer.write(end), std::invalid_argument);
  EXPECT_EQ(std::filesystem::file_size(path_), before);
  const std::size_t frame_bytes =
      std::string(R"({"time":"","event":"end","outcome":"interrupted","reason":""})").size() + 30 + 1;
  end.reason.resize(kJournalLineBytes - frame_bytes);
  writer.write(end);
  EXPECT_EQ(std::filesystem::file_size(path_), before + kJournalLineBytes);
  EXPECT_EQ(read_journal(path_).end, end);
}

TEST_F(Journal, WhatCannotBeReadBackIsNotWritten) {
  JournalWriter writer(path_);
  writer.write(some_header());
  Sample sample = some_sample();
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    sample.value = value;
    EXPECT_THROW(writer.write(sample), std::invalid_argument);
  }
  sample = some_sample();
  sample.block = 0;
  EXPECT_THROW(writer.write(sample), std::invalid_argument);
  CellResult result = some_result();
  result.block = 0;
  EXPECT_THROW(writer.write(result), std::invalid_argument);
  EXPECT_TRUE(read_journal(path_).samples.empty());
}

TEST_F(Journal, BytesThatAreNotTextBecomeReplacementCharacters) {
  CellResult result = some_result();
  result.consoles = {{"vm1", "a\xff\xfe\0z"}};
  result.consoles["vm1"] += '\0';
  JournalWriter writer(path_);
  writer.write(some_header());
  writer.write(result);
  EXPECT_EQ(read_journal(path_).cells.at(0).consoles.at("vm1"), std::string("a\ufffd\ufffd\0", 8));
}

TEST_F(Journal, FolderIsRefusedByName) {
  EXPECT_THAT([&] { read_journal(folder_); }, ThrowsMessage<std::runtime_error>(HasSubstr("is a folder")));
  EXPECT_THROW(read_journal(path_), base::SystemError);
}

// A full disk, as the file size limit: the same write(2) that stops in the middle of a line.
TEST_F(Journal, FullDiskCutsThePartialLineOffAgain) {
  JournalWriter writer(path_);
  writer.write(some_header());
  writer.write(some_sample());
  const std::uintmax_t before = std::filesystem::file_size(path_);
  rlimit old_limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = before + 10, .rlim_max = old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THAT([&] { writer.write(some_sample()); },
              ThrowsMessage<base::SystemError>(AllOf(HasSubstr(path_.string()), EndsWith("File too large"))));
  EXPECT_EQ(std::filesystem::file_size(path_), before);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  std::signal(SIGXFSZ, old_handler);
  writer.write(some_result());
  EXPECT_EQ(read_journal(path_).samples.size(), 1U);
  EXPECT_EQ(read_journal(path_).cells.size(), 1U);
}

TEST(JournalTime, FormatsAndParsesToTheNanosecond) {
  EXPECT_EQ(format_time(Time{}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(format_time(Time{std::chrono::nanoseconds(-1)}), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_time(Time{std::chrono::seconds(951'782'400)}), "2000-02-29T00:00:00.000000000Z");
  for (const char* text :
       {"2026-11-21T08:00:00.000000001Z", "1678-01-01T00:00:00.000000000Z", "2261-12-31T23:59:59.999999999Z"})
    EXPECT_EQ(format_time(parse_time(text)), text);
}

TEST(JournalTime, RefusesEveryOtherForm) {
  for (const char* text :
       {"", "2026-11-21", "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000000000+01:00",
        "2026-11-21 08:00:00.000000000Z", "2026-13-21T08:00:00.000000000Z", "2026-02-29T08:00:00.000000000Z",
        "2026-11-21T24:00:00.000000000Z", "2026-11-21T08:60:00.000000000Z", "2026-11-21T08:00:60.000000000Z",
        "1677-12-31T00:00:00.000000000Z", "9999-01-01T00:00:00.000000000Z", "-026-11-21T08:00:00.000000000Z",
        "2026-11-21T08:00:00.00000000 Z"})
    EXPECT_THROW(parse_time(text), std::invalid_argument) << text;
}

TEST(JournalOutcome, WordsReadBack) {
  for (const Outcome outcome : {Outcome::kOk, Outcome::kFailed, Outcome::kSkipped, Outcome::kInterrupted})
    EXPECT_EQ(parse_outcome(to_string(outcome)), outcome);
  EXPECT_THROW(parse_outcome("OK"), std::invalid_argument);
}

}  // namespace
}  // namespace banco::measure
