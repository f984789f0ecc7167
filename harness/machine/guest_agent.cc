#include "harness/machine/guest_agent.hh"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/machine/base64.hh"
#include "harness/machine/machine.hh"

namespace banco::machine {
namespace {

using nlohmann::json;

constexpr int kAnswerTimeout_s = 15;  // a guest under load on an emulated CPU can be slow
constexpr std::size_t kChunk_bytes = 48 << 10;

[[noreturn]] void protocol_error(virDomainPtr domain, const char* command) {
  throw MachineError(std::string(::virDomainGetName(domain)) + ": the guest agent's answer to " + command +
                     " does not follow its protocol");
}

// Sends one command and returns its "return" member.
json call(virDomainPtr domain, const char* command, const json& arguments) {
  const std::string name = ::virDomainGetName(domain);
  const std::string request = json{{"execute", command}, {"arguments", arguments}}.dump();
  const std::unique_ptr<char, decltype(&std::free)> answer(
      ::virDomainQemuAgentCommand(domain, request.c_str(), kAnswerTimeout_s, 0), &std::free);
  if (!answer) throw MachineError(name + ": " + command + ": " + ::virGetLastErrorMessage());
  const json parsed = json::parse(answer.get(), nullptr, false);
  if (!parsed.is_object() || !parsed.contains("return")) protocol_error(domain, command);
  return parsed["return"];
}

// Reads what the guest answered; anything of the wrong type becomes a MachineError.
template <typename Read>
auto read_answer(virDomainPtr domain, const char* command, Read read) {
  try {
    return read();
  } catch (const json::exception&) {
    protocol_error(domain, command);
  } catch (const std::invalid_argument&) {
    protocol_error(domain, command);
  }
}

}  // namespace

// An open file of the guest, closed with this object.
class GuestAgent::File {
 public:
  File(virDomainPtr domain, const std::string& path, const char* mode)
      : domain_(domain), handle_(read_answer(domain, "guest-file-open", [&] {
          return call(domain, "guest-file-open", {{"path", path}, {"mode", mode}}).get<std::int64_t>();
        })) {}
  ~File() {
    try {
      call(domain_, "guest-file-close", {{"handle", handle_}});
    } catch (const MachineError&) {  // the guest is gone, and the file with it
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::int64_t handle() const { return handle_; }

 private:
  virDomainPtr domain_;
  std::int64_t handle_;
};

bool GuestAgent::ping() {
  const std::unique_ptr<char, decltype(&std::free)> answer(
      ::virDomainQemuAgentCommand(domain_, R"({"execute":"guest-ping"})", 2, 0), &std::free);
  return answer != nullptr;
}

std::int64_t GuestAgent::exec(const std::vector<std::string>& command) {
  const json arguments{{"path", command.at(0)},
                       {"arg", std::vector<std::string>(command.begin() + 1, command.end())},
                       {"capture-output", true}};
  return read_answer(domain_, "guest-exec",
                     [&] { return call(domain_, "guest-exec", arguments).at("pid").get<std::int64_t>(); });
}

std::optional<base::CommandResult> GuestAgent::exec_status(std::int64_t pid) {
  return read_answer(domain_, "guest-exec-status", [&]() -> std::optional<base::CommandResult> {
    const json status = call(domain_, "guest-exec-status", {{"pid", pid}});
    if (!status.at("exited").get<bool>()) return std::nullopt;
    base::CommandResult result;
    result.status.by_signal = status.contains("signal");
    result.status.code = status.value(result.status.by_signal ? "signal" : "exitcode", 0);
    result.output = decode_base64(status.value("out-data", std::string()));
    result.errors = decode_base64(status.value("err-data", std::string()));
    return result;
  });
}

void GuestAgent::write_file(const std::string& path, const std::string& content) {
  const File file(domain_, path, "w");
  for (std::size_t start = 0; start < content.size();) {
    const std::string chunk = encode_base64(std::string_view(content).substr(start, kChunk_bytes));
    const auto count = read_answer(domain_, "guest-file-write", [&] {
      return call(domain_, "guest-file-write", {{"handle", file.handle()}, {"buf-b64", chunk}})
          .at("count")
          .get<std::int64_t>();
    });
    if (count <= 0 || static_cast<std::size_t>(count) > content.size() - start)
      throw MachineError(std::string(::virDomainGetName(domain_)) + ": could not write all of " + path);
    start += static_cast<std::size_t>(count);
  }
}

std::string GuestAgent::read_file(const std::string& path) {
  const File file(domain_, path, "r");
  std::string content;
  for (bool end = false; !end;) {
    read_answer(domain_, "guest-file-read", [&] {
      const json part = call(domain_, "guest-file-read",
                             {{"handle", file.handle()}, {"count", std::int64_t{kChunk_bytes}}});
      const std::string bytes = decode_base64(part.at("buf-b64").get<std::string>());
      content += bytes;
      end = part.at("eof").get<bool>() || bytes.empty();
    });
    if (content.size() > kGuestFileLimit_bytes)
      throw MachineError(std::string(::virDomainGetName(domain_)) + ": " + path + " is longer than 64 MiB");
  }
  return content;
}

}  // namespace banco::machine
