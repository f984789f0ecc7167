// Settings: what is read, what is refused and in which words, what is written back.
#include "impl/wire/settings.hh"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "impl/wire/url.hh"

namespace banco::wire {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

const Impairments& way(const Settings& settings, Way way) {
  return settings.states.front().ways[way];
}

TEST(Settings, ReadsEveryKey) {
  const Settings settings =
      parse_settings({"delay=0.5ms", "jitter=2ms,pareto", "fifo=off", "loss=1pct,burst=4", "duplicate=0.1%",
                      "ber=1e-6", "reorder=5%,correlation=20%,gap=3", "rate=10Mbit,burst=32K,overhead=24B",
                      "queue=100p,64K,fq-codel,target=2ms,interval=50ms,ecn,flows=64,quantum=300B",
                      "mtu=1400", "seed=7", "line=1M", "ctl=/run/x"});
  const Impairments& lr = way(settings, kLeftToRight);
  EXPECT_EQ(lr.delay, 500us);
  EXPECT_EQ(lr.jitter.spread, 2ms);
  EXPECT_EQ(lr.jitter.shape, Jitter::Shape::kPareto);
  EXPECT_FALSE(lr.fifo);
  EXPECT_DOUBLE_EQ(lr.loss.ratio, 0.01);
  EXPECT_EQ(lr.loss.mean_burst_frames, 4);
  EXPECT_DOUBLE_EQ(lr.duplicate_ratio, 0.001);
  EXPECT_DOUBLE_EQ(lr.bit_error_ratio, 1e-6);
  EXPECT_DOUBLE_EQ(lr.reordering.ratio, 0.05);
  EXPECT_DOUBLE_EQ(lr.reordering.correlation, 0.2);
  EXPECT_EQ(lr.reordering.gap, 3u);
  EXPECT_EQ(lr.rate.bps, 1e7);
  EXPECT_EQ(lr.rate.burst_bytes, 32u << 10);
  EXPECT_EQ(lr.rate.overhead_bytes, 24u);
  EXPECT_EQ(lr.queue, (Queue{.discipline = Queue::Discipline::kFqCodel,
                             .frames_limit = 100,
                             .bytes_limit = 64 << 10,
                             .target = 2ms,
                             .interval = 50ms,
                             .ecn = true,
                             .flow_count = 64,
                             .quantum_bytes = 300}));
  EXPECT_EQ(lr.mtu_bytes, 1400u);
  EXPECT_EQ(settings.seed, 7u);
  EXPECT_EQ(settings.line_limit_bytes, 1u << 20);
  EXPECT_EQ(settings.control_path, "/run/x");
}

TEST(Settings, OneDirectionAndOneStateStandBeforeTheKey) {
  const Settings settings =
      parse_settings({"delay=1ms", "states=good,bad", "lr.delay=2ms", "rl.bad:delay=3ms", "good>bad=5%"});
  ASSERT_EQ(settings.states.size(), 2u);
  EXPECT_EQ(settings.states[0].ways[kLeftToRight].delay, 2ms);
  EXPECT_EQ(settings.states[1].ways[kLeftToRight].delay, 2ms);
  EXPECT_EQ(settings.states[0].ways[kRightToLeft].delay, 1ms);
  EXPECT_EQ(settings.states[1].ways[kRightToLeft].delay, 3ms);
  EXPECT_THAT(settings.states[0].next_ratio, ElementsAre(0, 0.05));
}

TEST(Settings, RefuseInOneSentenceThatNamesTheKey) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"loss=120%"}, "loss=120%: \"120%\" is more than 100%"},
      {{"loss=1"}, "has no unit"},
      {{"loss=90%,burst=2"}, "cannot be lost in bursts as short as 2 frames"},
      {{"rate=0bit"}, "at least 1bit; for none write unlimited"},
      {{"rate=10"}, "has no unit"},
      {{"delay=-1ms"}, "delay=-1ms: \"-1ms\" is not a time"},
      {{"delay=2000h"}, "is not a time"},
      {{"delay=7200s"}, "from 0s to 3600s"},
      {{"rate=1Mbit,burst=1000B"}, "a burst of 1000B is less than one frame; write at least 1514B"},
      {{"queue=100B"}, "less than one frame"},
      {{"queue=0p"}, "is not a number from 1"},
      {{"queue=codel"}, "a limit is wanted"},
      {{"queue=10p,ecn"}, "ecn needs codel or fq-codel"},
      {{"queue=10p,red"}, "\"red\" has no meaning here"},
      {{"jitter=1ms,gauss"}, "\"gauss\" has no meaning here"},
      {{"fifo=yes"}, "neither on nor off"},
      {{"mtu=67"}, "from 68 to 9216"},
      {{"ber=2"}, "from 0 to 1"},
      {{"ber=nan"}, "from 0 to 1"},
      {{"reorder=10%,correlation=100%"}, "at most 99.9%"},
      {{"dealy=1ms"}, "did you mean \"delay\"?"},
      {{"lr.seed=1"}, "of a direction or state"},
      {{"delay"}, "KEY=VALUE"},
      {{"bad:loss=1%"}, "there is no state \"bad\""},
      {{"states=a,b,a"}, "stands twice"},
      {{"states=A"}, "is not a name"},
      {{"states=a,b", "states=c"}, "named already"},
      {{"states=a,b,c", "a>b=60%", "a>c=50%"}, "110% in all; at most 100%"},
      {{"states=a,b", "a>a=10%"}, "stays with what the others leave"},
      {{"step=0s"}, "from 1ms"},
      {{"at=10s"}, "a setting follows the time"},
      {{"at=10s:loss=200%"}, "at=10s:loss=200%: \"200%\" is more"},
      {{"at=10s:seed=4"}, "there is no setting \"seed\""},
      {{"at=1s:rate=1Mbit,burst=4K", "at=2s:rate=1Mbit,burst=1K"}, "less than one frame"},
      {{"seed=x"}, "is not a number"},
      {{"line=1B"}, "from 64K"},
      {{"ctl="}, "a path is wanted"},
  };
  for (const auto& [words, sentence] : cases)
    EXPECT_THAT(
        [&words = words] { parse_settings(words); },
        ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(sentence), testing::Not(HasSubstr("\n")))))
        << words.back();
}

TEST(Settings, WritesWhatReadsAsTheSame) {
  const std::vector<std::string> words{"states=good,bad",
                                       "step=50ms",
                                       "good:delay=5ms",
                                       "lr.good:rate=10Mbit,burst=32K",
                                       "good:queue=100p,64K,codel,target=2ms,ecn",
                                       "good>bad=5%",
                                       "bad:delay=10ms",
                                       "bad:jitter=1ms,normal",
                                       "rl.bad:loss=30%,burst=3",
                                       "bad:reorder=5%,correlation=20%,gap=3",
                                       "bad>good=50%",
                                       "at=10s:bad:loss=10%"};
  const auto written = settings_text(parse_settings(words));
  EXPECT_EQ(settings_text(parse_settings(written)), written);
  EXPECT_THAT(written, testing::IsSupersetOf(words));
  EXPECT_TRUE(settings_text(parse_settings({})).empty());
}

TEST(Settings, AChangeIsAllOrNothing) {
  Settings settings = parse_settings({"delay=1ms"});
  change(settings, {"delay=2ms", "loss=1%"});
  EXPECT_EQ(way(settings, kLeftToRight).delay, 2ms);
  EXPECT_THROW(change(settings, {"delay=3ms", "rate=0bit"}), std::invalid_argument);
  EXPECT_THROW(change(settings, {"rate=1Mbit,burst=100B"}), std::invalid_argument);
  EXPECT_THROW(change(settings, {"seed=3"}), std::invalid_argument);
  EXPECT_THROW(change(settings, {"at=1s:delay=3ms"}), std::invalid_argument);
  EXPECT_EQ(way(settings, kLeftToRight).delay, 2ms);
}

class TraceFiles : public testing::Test {
 protected:
  TraceFiles() : directory_(::mkdtemp(name_.data())) {}
  ~TraceFiles() override { std::filesystem::remove_all(directory_); }
  std::string file(const std::string& content) {
    std::ofstream(directory_ / "file") << content;
    return directory_ / "file";
  }

 private:
  std::string name_ = std::filesystem::temp_directory_path() / "wire_test.XXXXXX";
  std::filesystem::path directory_;
};

TEST_F(TraceFiles, AreRead) {
  const auto lossy = parse_settings({"loss=trace:" + file("# lost\n3 5\n 8\n")});
  EXPECT_THAT(*way(lossy, kLeftToRight).loss.trace, ElementsAre(3, 5, 8));
  const auto jittery = parse_settings({"jitter=1ms,table:" + file("-8192 0\n16384\n")});
  EXPECT_THAT(*way(jittery, kLeftToRight).jitter.table, ElementsAre(-1, 0, 2));
}

TEST_F(TraceFiles, AreRefusedWithFileAndLine) {
  const auto refused = [&](const std::string& key, const std::string& content, const std::string& sentence) {
    EXPECT_THAT([&] { parse_settings({key + file(content)}); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(sentence)));
  };
  refused("loss=trace:", "", "holds no number");
  refused("loss=trace:", "3\n5\n4\n", "file:3: 4 stands behind 5; numbers of lost frames ascend");
  refused("loss=trace:", "0\n", "counted from 1");
  refused("loss=trace:", "1\nx2\n", "file:2: \"x2\" is not a whole number");
  refused("jitter=1ms,table:", "# nothing\n", "holds no number");
  refused("jitter=1ms,table:", "99999999999\n", "is not a whole number");
  EXPECT_THAT([] { parse_settings({"loss=trace:/no/such/file"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("No such file")));
}

TEST(WireUrl, DividesSettingsAndNetwork) {
  const WireUrl url =
      parse_url("[delay=20ms/loss=1%/ctl='/run/a b'/loss=trace:\\/tmp\\/t]{shm:///run/sw[vlan=3]}");
  EXPECT_THAT(url.settings, ElementsAre("delay=20ms", "loss=1%", "ctl=/run/a b", "loss=trace:/tmp/t"));
  EXPECT_EQ(url.nested, "shm:///run/sw[vlan=3]");
  EXPECT_EQ(parse_url("{vde:///run/sw}").nested, "vde:///run/sw");
  EXPECT_EQ(parse_url("[delay=1ms]{wire://[loss=1%]{shm:///x}}").nested, "wire://[loss=1%]{shm:///x}");
}

TEST(WireUrl, RefusesWhatIsOpen) {
  for (const char* url : {"", "shm:///x", "[delay=1ms", "[delay=1ms]", "[delay=1ms]{",
                          "[delay='1ms]{shm:///x}", "[]{}", "[delay=1ms]{shm:///x"})
    EXPECT_THAT([&] { parse_url(url); }, ThrowsMessage<std::invalid_argument>(HasSubstr("write wire://[")))
        << url;
}

}  // namespace
}  // namespace banco::wire
