#include "harness/lab/request_server.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>

#include "harness/measure/mutation.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A server with some requests, at an abstract address of its own.
class Serving : public testing::Test {
 protected:
  explicit Serving(RequestLimits limits = {.session_count = 64, .patience = std::chrono::milliseconds(200)})
      : path_(std::filesystem::temp_directory_path() / ("requests" + std::to_string(::getpid()))),
        listening_(listen_at(path_)),
        server_(listening_.duplicate(), limits) {
    server_.on("echo", [](const Request& request) { request.answer({{"text", request.text("text")}}); });
    server_.on("refuse", [](const Request&) { throw RequestError("not like that"); });
    server_.on("fail", [](const Request&) { throw std::runtime_error("went wrong"); });
    server_.on("write", [](const Request& request) {
      request.descriptors(1)[0].write_all("written by the server");
      request.answer(json::object());
    });
    server_.on("wait", [this](const Request& request) {
      ++waiting_count_;
      while (!request.abandoned(std::chrono::milliseconds(10)) && !released_) {
      }
      --waiting_count_;
      if (released_) request.answer(json::object());
    });
    thread_ = std::thread([this] { server_.serve(); });
  }
  ~Serving() override {
    released_ = true;
    ::shutdown(listening_.number(), SHUT_RDWR);
    thread_.join();
    ::unlink(path_.c_str());
  }

  static base::FileDescriptor listen_at(const std::filesystem::path& path) {
    ::unlink(path.c_str());
    base::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = base::socket_address(path);
    base::check_system_call(
        "bind", ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    base::check_system_call("listen", ::listen(socket.number(), 64));
    return socket;
  }
  json ask(const json& request, std::initializer_list<const base::FileDescriptor*> with = {}) const {
    Connection connection = Connection::to(path_);
    connection.send(request, with);
    return connection.receive()->content;
  }

  std::filesystem::path path_;
  base::FileDescriptor listening_;
  std::atomic<bool> released_ = false;
  std::atomic<int> waiting_count_ = 0;
  RequestServer server_;
  std::thread thread_;
};

class RequestServerTest : public Serving {};

TEST_F(RequestServerTest, AnswersWhatItKnows) {
  EXPECT_EQ(ask({{"request", "echo"}, {"text", "hello"}}), json({{"text", "hello"}}));
}

TEST_F(RequestServerTest, SaysWhatIsWrongAndWhetherAskingOtherwiseWouldHelp) {
  EXPECT_EQ(ask({{"request", "refuse"}}), json({{"error", "not like that"}, {"refused", true}}));
  EXPECT_EQ(ask({{"request", "fail"}}), json({{"error", "went wrong"}, {"refused", false}}));
  EXPECT_THAT(ask({{"request", "dance"}}).at("error"), HasSubstr("knows no request 'dance'"));
  EXPECT_THAT(ask({{"request", 7}}).at("error"), HasSubstr("\"request\" must be a text"));
  EXPECT_THAT(ask({{"request", "echo"}}).at("error"), HasSubstr("\"text\" is missing"));
  EXPECT_THAT(ask({{"request", "write"}}).at("error"), HasSubstr("0 descriptors, not 1"));
}

TEST_F(RequestServerTest, HandsDescriptorsToTheRequest) {
  const base::Pipe pipe = base::make_pipe();
  EXPECT_EQ(ask({{"request", "write"}}, {&pipe.write_end}), json::object());
  std::array<char, 64> text;
  EXPECT_EQ(std::string(text.data(), pipe.read_end.read(std::as_writable_bytes(std::span(text)))),
            "written by the server");
}

TEST_F(RequestServerTest, ServesOthersWhileOneWaits) {
  Connection patient = Connection::to(path_);
  patient.send({{"request", "wait"}});
  while (waiting_count_ == 0) std::this_thread::yield();
  EXPECT_EQ(ask({{"request", "echo"}, {"text", "meanwhile"}}).at("text"), "meanwhile");
  released_ = true;
  EXPECT_EQ(patient.receive()->content, json::object());
}

TEST_F(RequestServerTest, TellsARequestThatItIsAbandoned) {
  {
    const Connection impatient = Connection::to(path_);
    impatient.send({{"request", "wait"}});
    while (waiting_count_ == 0) std::this_thread::yield();
  }
  while (waiting_count_ != 0) std::this_thread::yield();
}

TEST_F(RequestServerTest, GivesUpOnClientsThatSayNothing) {
  Connection silent = Connection::to(path_);
  EXPECT_THAT(silent.receive()->content.at("error"), HasSubstr("recvmsg"));
  EXPECT_FALSE(silent.receive());
}

TEST_F(RequestServerTest, SurvivesHostileClients) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 500; ++i) {
    try {
      const base::FileDescriptor socket = base::connect_local(path_);
      socket.write_all(measure::mutate(R"({"request":"echo","text":"x"})"
                                       "\n",
                                       random));
    } catch (const base::SystemError&) {  // it has closed on us
    }
  }
  // All sessions may be taken by those for a moment.
  for (int i = 0; i < 500; ++i) {
    try {
      Connection connection = Connection::to(path_);
      connection.send({{"request", "echo"}, {"text", "still here"}});
      if (const auto answer = connection.receive()) {
        EXPECT_EQ(answer->content.at("text"), "still here");
        return;
      }
    } catch (const base::SystemError&) {  // it has closed on us
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "nobody is served any more";
}

TEST_F(RequestServerTest, ServesNoOtherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "missing: root, to become another user";
  ::chmod(path_.c_str(), 0777);
  std::fflush(nullptr);
  const pid_t other = ::fork();
  if (other == 0) {
    if (::setresuid(1, 1, 1) != 0) ::_exit(1);
    try {
      ::_exit(ask({{"request", "echo"}, {"text", "hello"}}).value("error", "") == "this lab is another user's"
                  ? 0
                  : 2);
    } catch (...) {
      ::_exit(3);
    }
  }
  int status = -1;
  ::waitpid(other, &status, 0);
  EXPECT_EQ(status, 0);
}

class FewSessions : public Serving {
 protected:
  FewSessions() : Serving({.session_count = 2, .patience = std::chrono::milliseconds(10'000)}) {}
};

TEST_F(FewSessions, AreAllThatThereAre) {
  Connection one = Connection::to(path_);
  Connection two = Connection::to(path_);
  one.send({{"request", "wait"}});
  two.send({{"request", "wait"}});
  while (waiting_count_ < 2) std::this_thread::yield();
  Connection three = Connection::to(path_);
  EXPECT_FALSE(three.receive()) << "a third was served";
}

}  // namespace
}  // namespace banco::lab
