#include "harness/lab/connection.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "harness/measure/mutation.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

// Two ends of a connection; one of them raw, for whatever a hostile process may write.
struct Pair {
  Pair() {
    int ends[2];
    base::check_system_call("socketpair", ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    raw = base::FileDescriptor(ends[0]);
    connection = Connection(base::FileDescriptor(ends[1]));
  }
  base::FileDescriptor raw;
  Connection connection{base::FileDescriptor()};
};

TEST(Connection, CarriesObjectsAndDescriptors) {
  Pair pair;
  const Connection sender(pair.raw.duplicate());
  const base::Pipe pipe = base::make_pipe();
  sender.send({{"request", "one"}, {"text", "line\nbreak \xff"}}, {&pipe.write_end});
  sender.send({{"request", "two"}});
  const auto one = pair.connection.receive();
  EXPECT_EQ(one->content.at("text"), "line\nbreak \xef\xbf\xbd");
  ASSERT_THAT(one->descriptors, SizeIs(1));
  one->descriptors[0].write_all("through the pipe");
  std::array<std::byte, 7> start;
  EXPECT_EQ(pipe.read_end.read(start), 7U);
  EXPECT_EQ(pair.connection.receive()->content.at("request"), "two");
}

TEST(Connection, TakesLongMessagesWhole) {
  Pair pair;
  const std::string text(3'000'000, 'x');
  std::thread sender([&] { Connection(pair.raw.duplicate()).send({{"text", text}}); });
  EXPECT_EQ(pair.connection.receive()->content.at("text"), text);
  sender.join();
}

TEST(Connection, EndsWhereTheOtherSideDoes) {
  Pair pair;
  pair.raw.close();
  EXPECT_FALSE(pair.connection.receive());
  EXPECT_TRUE(pair.connection.hung_up({}));
}

TEST(Connection, RefusesWhatIsNoMessage) {
  const std::pair<std::string, const char*> cases[] = {
      {"nonsense\n", "not valid JSON"},
      {"[1, 2]\n", "no JSON object"},
      {"{\"a\": 1", "ends early"},
      {std::string(2000, ' '), "too long"},
      {std::string(100, '[') + "\n", "deeper"},
  };
  for (const auto& [bytes, sentence] : cases) {
    Pair pair;
    pair.raw.write_all(bytes);
    pair.raw.close();
    EXPECT_THAT([&] { pair.connection.receive(1000); }, ThrowsMessage<RequestError>(HasSubstr(sentence)));
  }
}

TEST(Connection, RefusesMoreDescriptorsThanAMessageMayHave) {
  Pair pair;
  const base::Pipe pipe = base::make_pipe();
  const Connection sender(pair.raw.duplicate());
  const auto* const one = &pipe.read_end;
  for (int i = 0; i < 2; ++i) {
    // Two halves of one line, each with descriptors of its own.
    msghdr header{};
    iovec part{const_cast<char*>("{"), 1};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(3 * sizeof(int))> control{};
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(3 * sizeof(int));
    const int numbers[3] = {one->number(), one->number(), one->number()};
    std::memcpy(CMSG_DATA(rights), numbers, sizeof numbers);
    ASSERT_EQ(::sendmsg(pair.raw.number(), &header, 0), 1);
  }
  EXPECT_THAT([&] { pair.connection.receive(); }, ThrowsMessage<RequestError>(HasSubstr("descriptors")));
}

TEST(Connection, WaitsNoLongerThanItsPatience) {
  Pair pair;
  pair.connection.set_patience(std::chrono::milliseconds(20));
  EXPECT_THROW(pair.connection.receive(), base::SystemError);
}

TEST(Connection, SurvivesDamagedMessages) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 2000; ++i) {
    Pair pair;
    pair.raw.write_all(measure::mutate(R"({"request":"run","machine":"a","command":["ping","b"]})"
                                       "\n",
                                       random));
    pair.raw.close();
    try {
      while (const auto message = pair.connection.receive()) EXPECT_TRUE(message->content.is_object());
    } catch (const RequestError&) {
    }
  }
}

TEST(Connection, KnowsItsPeer) {
  const Pair pair;
  EXPECT_EQ(pair.connection.peer_user(), ::geteuid());
  EXPECT_EQ(pair.connection.peer_process(), ::getpid());
}

}  // namespace
}  // namespace banco::lab
