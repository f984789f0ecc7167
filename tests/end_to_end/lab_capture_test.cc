// Captures of links that are devices of the kernel: what passed, which way, in files that others read.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>
#include <thread>

#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/lab.hh"

namespace banco::end_to_end {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* kPair = R"(
name: pair
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: vde}
  links: ["a-sw", "b-sw"]
)";

class Capture : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
  }
};

// A capture that runs, its output and words in files.
class Running {
 public:
  Running(const LabUser& user, std::vector<std::string> arguments)
      : words_file_(user.directory().path() / "words"),
        output_file_(user.directory().path() / "output"),
        words_(base::open_file(words_file_, O_WRONLY | O_CREAT | O_TRUNC)),
        output_(base::open_file(output_file_, O_WRONLY | O_CREAT | O_TRUNC)),
        process_([&] {
          arguments.insert(arguments.begin(), {"capture", "pair"});
          base::ChildOptions options = user.command(arguments);
          options.standard_output = &output_;
          options.standard_error = &words_;
          return base::ChildProcess(options);
        }()) {
    for (int i = 0; i < 500 && words().find("Ctrl-C") == std::string::npos; ++i)
      std::this_thread::sleep_for(milliseconds(10));
  }

  std::string words() const { return base::read_file(words_file_); }
  std::string output() const { return base::read_file(output_file_); }
  const std::filesystem::path& output_file() const { return output_file_; }
  // Its exit, after Ctrl-C where it did not end by itself.
  std::string end(bool by_itself = false) {
    if (!by_itself) process_.signal(SIGINT);
    const auto status = process_.wait_for(std::chrono::seconds(10));
    return status ? status->text() : "has not ended";
  }

 private:
  std::filesystem::path words_file_;
  std::filesystem::path output_file_;
  base::FileDescriptor words_;
  base::FileDescriptor output_;
  base::ChildProcess process_;
};

void ping(const LabUser& user, int count) {
  ASSERT_TRUE(user.run({"exec", "pair", "a", "--", "ping", "-c", std::to_string(count), "-i0.05", "b"})
                  .status.success());
}

std::vector<std::string> tshark(const std::filesystem::path& file, std::vector<std::string> options) {
  std::vector<std::string> command{"tshark", "-n", "-r", file};
  command.insert(command.end(), options.begin(), options.end());
  const auto result = base::run_command({.command = command});
  EXPECT_TRUE(result.status.success()) << result.errors;
  std::istringstream text(result.output);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST_P(Capture, HoldsEveryFrameOnceWithItsWay) {
  if (!base::find_program("tshark")) GTEST_SKIP() << "missing: tshark (apt-get install tshark)";
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kPair);
    const auto file = user.directory().path() / "frames.pcapng";
    Running capture(user, {"a:eth0", "icmp", "-w", file});
    ping(user, 20);
    EXPECT_EQ(capture.end(), "exited with code 0");
    EXPECT_THAT(capture.words(), HasSubstr("20 frames from the machine, 20 to it, 0 dropped"));
    EXPECT_THAT(
        tshark(file,
               {"-Y", "icmp.type == 8 && frame.interface_id == 0 && frame.packet_flags_direction == 2"}),
        SizeIs(20));
    EXPECT_THAT(
        tshark(file,
               {"-Y", "icmp.type == 0 && frame.interface_id == 1 && frame.packet_flags_direction == 1"}),
        SizeIs(20));
    EXPECT_THAT(tshark(file, {"-T", "fields", "-e", "frame.interface_description", "-c", "1"}),
                testing::ElementsAre("pair: link a:eth0, a to sw"));
    EXPECT_THAT(tshark(file, {"-Y", "frame.time_delta < 0"}), SizeIs(0)) << "not in the order of time";
    // A request and its answer within microseconds: stamps of nanoseconds do not end in zeros.
    EXPECT_THAT(tshark(file, {"-T", "fields", "-e", "frame.time_epoch"}),
                Not(Each(testing::EndsWith("000"))));
  });
}

TEST_P(Capture, WritesToAPipe) {
  if (!base::find_program("tshark")) GTEST_SKIP() << "missing: tshark (apt-get install tshark)";
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kPair);
    Running capture(user, {"b-sw", "icmp[icmptype] == icmp-echo", "-w", "-"});
    ping(user, 3);
    EXPECT_EQ(capture.end(), "exited with code 0");
    EXPECT_THAT(tshark(capture.output_file(), {}), AllOf(SizeIs(3), Each(HasSubstr("Echo (ping) request"))));
  });
}

TEST_P(Capture, PrintsALineForEachFrameAndEndsWithItsLab) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kPair);
    Running capture(user, {"a:eth0"});
    ping(user, 2);
    for (int i = 0; i < 300 && capture.output().find("reply 2") == std::string::npos; ++i)
      std::this_thread::sleep_for(milliseconds(10));
    EXPECT_THAT(capture.output(),
                AllOf(HasSubstr("a > sw: ARP who has 10.0.0.2, tell 10.0.0.1"),
                      HasSubstr("a > sw: 10.0.0.1 > 10.0.0.2 ICMP echo request 1, 98 bytes"),
                      HasSubstr("sw > a: 10.0.0.2 > 10.0.0.1 ICMP echo reply 2, 98 bytes")));
    user.run({"down", "pair"});
    EXPECT_EQ(capture.end(true), "exited with code 0");
  });
}

TEST_P(Capture, EndsWhenNobodyReadsAnyMore) {
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kPair);
    base::ChildOptions options = user.command({"capture", "pair", "a:eth0", "-w", "-"});
    std::string line;
    for (const std::string& word : options.command) line += "'" + word + "' ";
    options.command = {"sh", "-c", line + "| head -c 100 | wc -c"};
    base::ChildProcess pipeline(options);
    for (int i = 0; i < 20 && !pipeline.wait_for(milliseconds(100)); ++i) ping(user, 1);
    EXPECT_TRUE(pipeline.wait_for({}));
  });
}

TEST_P(Capture, WantsWiresharkToBeThere) {
  if (base::find_program("wireshark")) GTEST_SKIP() << "missing: a machine without wireshark";
  in_own_run_directory(GetParam(), [](const LabUser& user) {
    user.up(kPair);
    const auto result = user.run({"capture", "pair", "a:eth0", "--wireshark"});
    EXPECT_EQ(result.status.text(), "exited with code 1");
    EXPECT_THAT(result.errors, HasSubstr("wireshark is not installed"));
  });
}

INSTANTIATE_TEST_SUITE_P(By, Capture, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
