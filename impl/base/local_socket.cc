#include "impl/base/local_socket.hh"

#include <cstring>
#include <stdexcept>
#include <string>

#include "impl/base/system_error.hh"

namespace banco::base {

sockaddr_un socket_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof(address.sun_path))
    throw std::runtime_error("the path " + text + " is too long for a socket: at most " +
                             std::to_string(sizeof(address.sun_path) - 1) + " bytes");
  std::memcpy(address.sun_path, text.c_str(), text.size());
  return address;
}

FileDescriptor connect_local(const std::filesystem::path& path, int type) {
  FileDescriptor socket(check_system_call("socket", ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)));
  const sockaddr_un address = socket_address(path);
  check_system_call("connect", path.string(),
                    ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return socket;
}

void PassedDescriptors::attach(msghdr& header, std::span<const FileDescriptor* const> descriptors) noexcept {
  if (descriptors.empty()) return;
  header.msg_control = room_.data();
  header.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
  cmsghdr* const rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    const int number = descriptors[i]->number();
    std::memcpy(CMSG_DATA(rights) + i * sizeof(int), &number, sizeof(int));
  }
}

void PassedDescriptors::receive_into(msghdr& header) noexcept {
  header.msg_control = room_.data();
  header.msg_controllen = room_.size();
}

void PassedDescriptors::take(msghdr& header, std::vector<FileDescriptor>& result) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
      result.emplace_back(number);
    }
  }
}

}  // namespace banco::base
