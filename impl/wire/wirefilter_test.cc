// Command lines and rc files of wirefilter, as settings.
#include "impl/wire/wirefilter.hh"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "impl/base/usage_error.hh"
#include "impl/wire/settings.hh"

namespace banco::wire {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::ThrowsMessage;

WirefilterArguments read(std::vector<std::string> words) {
  words.insert(words.end(), {"-v", "/run/a:/run/b"});
  auto arguments = parse_wirefilter(words);
  parse_settings(arguments.settings);  // and they are good
  return arguments;
}

TEST(Wirefilter, ReadsItsOptions) {
  const auto arguments =
      read({"-l", "5+2", "-L",   "3",  "-d",  "LR200+30N", "-d",  "RL10+4",   "-b",        "1M",    "-n",
            "8",  "-m",  "1514", "-c", "20K", "--dup",     "RL2", "--daemon", "--pidfile", "/tmp/p"});
  EXPECT_EQ(arguments.left, "/run/a");
  EXPECT_EQ(arguments.right, "/run/b");
  EXPECT_TRUE(arguments.daemon);
  EXPECT_EQ(arguments.pid_file, "/tmp/p");
  EXPECT_THAT(
      arguments.settings,
      IsSupersetOf({"lr.loss=5.000%,burst=3", "rl.loss=5.000%,burst=3", "lr.delay=200.000ms",
                    "lr.jitter=10.000ms,normal", "rl.delay=10.000ms", "rl.jitter=4.000ms,uniform",
                    "lr.rate=8388.608kbit", "lr.queue=20480B", "lr.mtu=1500", "rl.duplicate=2.000%"}));
  EXPECT_THAT(arguments.settings, Contains(HasSubstr("lr.ber=9.5")));
  EXPECT_THAT(read({"-N"}).settings, Contains("fifo=off"));
  EXPECT_THAT(read({"-s", "100000"}).settings, Contains("lr.queue=64M"))
      << "bounded, also without a chanbufsize";
}

TEST(Wirefilter, ReadsRcFilesWithMarkovChains) {
  const std::filesystem::path rc = std::filesystem::path(testing::TempDir()) / "wirefilter.rc";
  std::ofstream(rc) << "# two states\nmarkov-numnodes 2\nmarkov-time 50\nsetedge 0,1,10\nsetedge 1,0,40%\n"
                       "delay 100+10N[0]\nloss LR30[1]\nmarkov-setnode 1\nfifo 0\n";
  const auto settings = read({"-f", rc}).settings;
  EXPECT_THAT(settings,
              IsSupersetOf({"states=node1,node0", "step=50ms", "node0>node1=10.000%", "node1>node0=40.000%",
                            "lr.node0:delay=100.000ms", "lr.node1:loss=30.000%", "fifo=off"}));
  std::ofstream(rc) << "delay 10\nflood 3\n";
  EXPECT_THAT(
      [&] {
        read({"-f", rc});
      },
      ThrowsMessage<base::UsageError>(HasSubstr("wirefilter.rc:2: \"flood\" is not a command")));
  std::ofstream(rc) << "load " << rc.string() << "\n";
  EXPECT_THAT([&] { read({"-f", rc}); }, ThrowsMessage<base::UsageError>(HasSubstr("without end")));
  std::filesystem::remove(rc);
}

TEST(Wirefilter, RefusesInASentence) {
  for (const auto& [words, sentence] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"-d", "x"}, "a value such as"},
           {{"-d", "10[3]"}, "is not a number from 0 to 0"},
           {{"-d", "10Z"}, "has no meaning"},
           {{"-d"}, ""},
           {{"--flood"}, "no such option"},
           {{"-f", "/no/such"}, "No such file"}})
    EXPECT_THAT([&words = words] { parse_wirefilter(words); },
                ThrowsMessage<base::UsageError>(HasSubstr(sentence)));
  EXPECT_THAT(
      [] {
        parse_wirefilter({"-d", "10"});
      },
      ThrowsMessage<base::UsageError>(HasSubstr("two networks")));
}

}  // namespace
}  // namespace banco::wire
