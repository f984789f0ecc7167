// What the control process must bear: anybody may connect and say anything.
#include "impl/shm_switch/message.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <random>

#include "impl/shm_switch/raw_port.hh"
#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

TEST(Control, RefusesHelloWithoutDescriptors) {
  TestSwitch test;
  const auto socket = connect_raw(test.path());
  send_message(socket, Message{});
  const auto said = answer(socket);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->kind, MessageKind::kRefused);
  EXPECT_EQ(said->error, EPROTO);
}

TEST(Control, RefusesPageThatIsNotSealed) {
  TestSwitch test;
  const auto socket = connect_raw(test.path());
  RawHello hello;
  hello.page.file = make_shared_memory("test", sizeof(shm_port_page));  // others could write it
  hello.say(socket);
  const auto said = answer(socket);
  ASSERT_TRUE(said);
  EXPECT_NE(said->text_string().find("seals"), std::string::npos);
}

TEST(Control, DropsWhoSpeaksAnotherProtocol) {
  TestSwitch test;
  const auto socket = connect_raw(test.path());
  ASSERT_EQ(::send(socket.number(), "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
  EXPECT_EQ(answer(socket), std::nullopt);
  Message other;
  other.version = 99;
  const auto second = connect_raw(test.path());
  send_message(second, other);
  EXPECT_EQ(answer(second), std::nullopt);
}

TEST(Control, RefusesStrangerWhoPretendsToComeBack) {
  TestSwitch test;
  const auto a = test.join();
  const auto socket = connect_raw(test.path());
  Message hello;
  hello.number = 1;
  hello.incarnation = 12345;
  hello.secret = 12345;
  RawHello().say(socket, hello);
  const auto said = answer(socket);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->error, ESTALE);
  test.in_control([](Control& control) { EXPECT_EQ(control.ports().size(), 1u); });
}

TEST(Control, GoesOnWhateverIsSaid) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto socket = connect_raw(test.path());
    Message message;
    auto* const bytes = reinterpret_cast<unsigned char*>(&message);
    const std::size_t first = round % 2 == 0 ? 8 : 0;  // often behind magic and version
    for (int i = 0; i < 40; ++i)
      bytes[first + random() % (sizeof(message) - first)] = static_cast<unsigned char>(random());
    const RawHello hello;
    std::vector<const base::FileDescriptor*> descriptors{&hello.page.file, &hello.bell, &hello.hang_up};
    descriptors.resize(random() % 4);
    send_message(socket, message, descriptors, std::vector<PeerName>(random() % 3));
  }
  a->send(frame(kBroadcast, address_of(1)));
  EXPECT_TRUE(wait_for(*b));
  // What was said may have made ports of the last; they have gone again as soon as control notices, which may
  // hear of a new one first.
  std::uint32_t number = 0;
  for (int i = 0; i < 1000 && number != 3; ++i) number = test.join()->number();
  EXPECT_EQ(number, 3u);
}

TEST(Control, WakesNobodyForPortThatIsNotItsNeighbour) {
  TestSwitch test;
  const auto a = test.join({.vlans = access_vlan(10)});
  SwitchLink stranger({.path = test.path(), .vlans = access_vlan(20)});
  for (int i = 0; i < 100; ++i) stranger.knock(1);
  test.in_control([](Control&) {});
  EXPECT_FALSE(is_readable(a->data_descriptor(), 50));
}

TEST(Port, RefusesServerThatIsNoSwitch) {
  std::string name = std::filesystem::temp_directory_path() / "shm_switch_test.XXXXXX";
  const std::filesystem::path top = ::mkdtemp(name.data());
  base::FileDescriptor server(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = top / "ctl";
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(server.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(server.number(), 4), 0);
  for (const std::string& words : {std::string("hello"), std::string(sizeof(Message), 'x'), std::string()}) {
    std::thread liar([&] {
      const base::FileDescriptor client(::accept(server.number(), nullptr, nullptr));
      if (!words.empty()) ::send(client.number(), words.data(), words.size(), MSG_NOSIGNAL);
    });
    try {
      Port port({.path = top});
      ADD_FAILURE();
    } catch (const OpenError& error) {
      EXPECT_EQ(error.error_number(), EPROTO) << error.what();
    }
    liar.join();
  }
  std::filesystem::remove_all(top);
}

}  // namespace
}  // namespace banco::shm_switch
