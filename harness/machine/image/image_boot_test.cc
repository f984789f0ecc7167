// The guest image `base`, built and booted: what images/README.md promises of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "banco-boot-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  fs::path path;
};

// Throws ImageError where there is neither a network nor a copy in apt's hands.
Image build_base(const fs::path& cache) {
  return ImageStore(PROJECT_SOURCE_DIR "/images", cache).build("base", [](const std::string& line) {
    std::clog << line << std::endl;
  });
}

// Built once, kept in the build tree.
Image base_image() {
  return build_base(PROJECT_BINARY_DIR "/test-cache");
}

// A guest with one network card that leads nowhere, its console in a file, its agent on a socket.
class Guest {
 public:
  Guest(const Image& image, const std::string& words)
      : qemu_({.command = {"qemu-system-x86_64",
                           "-nodefaults",
                           "-no-user-config",
                           "-display",
                           "none",
                           "-machine",
                           "q35",
                           "-accel",
                           "tcg",
                           "-cpu",
                           "max",
                           "-m",
                           "256",
                           "-no-reboot",
                           "-kernel",
                           image.kernel.string(),
                           "-initrd",
                           image.initrd.string(),
                           "-append",
                           image.command_line + " " + words,
                           "-serial",
                           "file:" + console_file().string(),
                           "-chardev",
                           "socket,id=agent,path=" + socket_file().string() + ",server=on,wait=off",
                           "-device",
                           "virtio-serial-pci",
                           "-device",
                           "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
                           "-netdev",
                           "socket,id=net,udp=127.0.0.1:9,localaddr=127.0.0.1:0",
                           "-device",
                           "virtio-net-pci,netdev=net,romfile="}}) {}

  fs::path console_file() const { return directory_.path / "console"; }
  fs::path socket_file() const { return directory_.path / "agent"; }
  std::string console() const { return fs::exists(console_file()) ? base::read_file(console_file()) : ""; }

  std::string console_when_it_has(const std::string& text) const {
    const auto deadline = std::chrono::steady_clock::now() + 120s;
    while (console().find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(50ms);
    return console();
  }

  // What the agent answers; {"error": …} when it refuses.
  json ask(const std::string& command, const json& arguments = json::object()) {
    tell(command, arguments);
    return answer();
  }
  void tell(const std::string& command, const json& arguments) {
    if (!agent_.is_open()) connect();
    agent_.write_all(json{{"execute", command}, {"arguments", arguments}}.dump() + "\n");
  }
  json answer() {
    std::string line;
    std::byte byte{};
    while (line.empty() || line.back() != '\n') {
      if (!agent_.wait_for(POLLIN, 60s) || agent_.read(std::span(&byte, 1)) == 0)
        throw std::runtime_error("no answer from the agent; console: " + console());
      line += static_cast<char>(byte);
    }
    return json::parse(line);
  }

  // Standard output of a command in the guest.
  std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
    const json started = ask("guest-exec", {{"path", program}, {"arg", arguments}, {"capture-output", true}});
    json status;
    do {
      status = ask("guest-exec-status", {{"pid", started.at("return").at("pid")}}).at("return");
      std::this_thread::sleep_for(20ms);
    } while (!status.at("exited").get<bool>());
    EXPECT_EQ(status.at("exitcode"), 0) << program << " " << status;
    return base64_decoded(status.value("out-data", ""));
  }

  static std::string base64_decoded(const std::string& text) {
    std::string bytes;
    unsigned bits = 0;
    int bit_count = 0;
    for (const char character : text) {
      static const std::string kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      const auto value = kAlphabet.find(character);
      if (value == std::string::npos) break;
      bits = bits << 6 | static_cast<unsigned>(value);
      bit_count += 6;
      if (bit_count >= 8) bytes += static_cast<char>(bits >> (bit_count -= 8));
    }
    return bytes;
  }

  std::optional<base::ExitStatus> end() { return qemu_.wait_for(60s); }

 private:
  void connect() {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!fs::exists(socket_file()) && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(10ms);
    agent_ = base::FileDescriptor(
        base::check_system_call("socket", ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    socket_file().string().copy(address.sun_path, sizeof address.sun_path - 1);
    base::check_system_call(
        "connect", ::connect(agent_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  }

  TemporaryDirectory directory_;
  base::ChildProcess qemu_;
  base::FileDescriptor agent_;
};

class BaseImage : public testing::Test {
 protected:
  void SetUp() override {
    if (!base::find_program("qemu-system-x86_64")) GTEST_SKIP() << "qemu-system-x86_64 is missing";
    try {
      image_ = base_image();
    } catch (const ImageError& error) {
      const std::string why = error.what();
      if (why.find("apt") != std::string::npos || why.find("downloaded") != std::string::npos)
        GTEST_SKIP() << why;
      throw;
    }
  }
  Image image_;
};

TEST_F(BaseImage, ComesUpAsItsCommandLineSays) {
  Guest guest(image_, "banco.hostname=vm1 banco.eth0=10.0.0.1/24 banco.eth0.mtu=1400");
  EXPECT_TRUE(guest.ask("guest-ping").contains("return"));
  EXPECT_THAT(guest.console(), testing::ContainsRegex("banco: up [0-9.]+"));
  EXPECT_EQ(guest.output_of("hostname", {}), "vm1\n");
  EXPECT_THAT(guest.output_of("ip", {"-o", "address", "show", "dev", "eth0"}), HasSubstr(" 10.0.0.1/24 "));
  EXPECT_THAT(guest.output_of("ip", {"link", "show", "dev", "eth0"}),
              AllOf(HasSubstr(" mtu 1400 "), HasSubstr(",UP")));
  EXPECT_THAT(guest.output_of("ip", {"address", "show", "dev", "lo"}), HasSubstr("127.0.0.1"));
  EXPECT_THAT(guest.output_of("iperf3", {"--version"}), HasSubstr("iperf 3"));
  EXPECT_THAT(guest.output_of("ping", {"-c", "1", "10.0.0.1"}), HasSubstr("1 received"));
  EXPECT_THAT(guest.output_of("ethtool", {"-i", "eth0"}), HasSubstr("virtio_net"));
  // A module that is only carried, loaded on demand.
  guest.output_of("tc", {"qdisc", "add", "dev", "eth0", "root", "netem", "delay", "1ms", "1ms",
                         "distribution", "normal"});
  EXPECT_THAT(guest.output_of("tc", {"qdisc"}), HasSubstr("qdisc netem"));

  const json handle = guest.ask("guest-file-open", {{"path", "/tmp/file"}, {"mode", "w+"}}).at("return");
  guest.ask("guest-file-write", {{"handle", handle}, {"buf-b64", "YmFuY28="}});
  guest.ask("guest-file-seek", {{"handle", handle}, {"offset", 0}, {"whence", 0}});
  EXPECT_EQ(guest.ask("guest-file-read", {{"handle", handle}}).at("return").at("buf-b64"), "YmFuY28=");

  guest.tell("guest-shutdown", json::object());
  const auto status = guest.end();
  ASSERT_TRUE(status) << "it did not switch itself off; console: " << guest.console();
  EXPECT_TRUE(status->success());
}

TEST_F(BaseImage, TakesItsCommandLineAsData) {
  Guest guest(
      image_,
      "banco.hostname=$(reboot)`reboot`;reboot banco.eth0=;reboot banco.eth0.mtu=-1 banco.eth9=10.0.0.9/24 "
      "banco.$(reboot)=* banco.=1 banco.eth0=10.0.0.1/24 banco.* banco.hostname.mtu=&reboot");
  EXPECT_THAT(guest.console_when_it_has("banco: up"),
              AllOf(HasSubstr("banco: eth0: cannot set the address to ;reboot"),
                    HasSubstr("banco: eth0: cannot set the MTU to -1"), HasSubstr("banco: eth9: cannot")));
  EXPECT_EQ(guest.output_of("hostname", {}), "$(reboot)`reboot`;reboot\n");
  EXPECT_THAT(guest.output_of("ip", {"-o", "address", "show", "dev", "eth0"}), HasSubstr(" 10.0.0.1/24 "));
}

TEST_F(BaseImage, StartsItsAgentAgainAndReapsOrphans) {
  Guest guest(image_, "");
  EXPECT_TRUE(guest.ask("guest-ping").contains("return"));
  guest.output_of("sh", {"-c", "(sh -c 'sleep 0.1 & exec true' &) ; sleep 1"});
  EXPECT_THAT(guest.output_of("ps", {"-o", "stat,comm"}), Not(HasSubstr("Z")));
  guest.tell("guest-exec", {{"path", "sh"}, {"arg", {"-c", "kill -9 $(pidof qemu-ga)"}}});
  EXPECT_THAT(guest.console_when_it_has("the guest agent ended"),
              HasSubstr("the guest agent ended with status 137"));
  // Whatever the old agent still said comes first.
  guest.tell("guest-sync", {{"id", 20261121}});
  while (guest.answer().value("return", json()) != 20261121) {
  }
  EXPECT_EQ(guest.output_of("echo", {"again"}), "again\n");
}

TEST_F(BaseImage, LeavesThePanicOnTheConsole) {
  Guest guest(image_, "rdinit=/nosuch");
  const auto status = guest.end();
  ASSERT_TRUE(status);
  EXPECT_THAT(guest.console(), HasSubstr("Kernel panic - not syncing"));
}

TEST_F(BaseImage, IsTheSameBytesWhenItIsBuiltAgain) {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  const Image one = build_base(first.path);
  const Image two = build_base(second.path);
  EXPECT_EQ(one.hash, two.hash);
  EXPECT_TRUE(base::read_file(one.initrd) == base::read_file(two.initrd));
  EXPECT_TRUE(base::read_file(one.kernel) == base::read_file(two.kernel));
}

}  // namespace
}  // namespace banco::machine
