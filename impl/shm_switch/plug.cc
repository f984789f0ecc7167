// libvdeplug_shm.so: the C edge. `shm:///path/of/switch[port=…/vlan=…/mode=…/group=…/spin=…/vnet_hdr]` for
// every client of libvdeplug(3). Exceptions end here: errno for the program, a sentence on stderr for the
// user.
#include "impl/vde/plug_api.hh"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include "impl/base/system_error.hh"
#include "impl/shm_switch/port.hh"
#include "impl/shm_switch/url.hh"

namespace {

using banco::shm_switch::OpenError;
using banco::shm_switch::Port;

// libvdeplug writes the first two members.
struct Connection {
  void* handle;
  vdeplug_module* module;
  std::unique_ptr<Port> port;
};

Port& port_of(VDECONN* connection) {
  return *reinterpret_cast<Connection*>(connection)->port;
}

VDECONN* shm_open(char* url, char* description, int interface_version, vde_open_args* arguments) noexcept {
  if (interface_version != LIBVDEPLUG_INTERFACE_VERSION) {
    errno = EINVAL;
    return nullptr;
  }
  int error_number = EINVAL;
  try {
    auto [options, patience] = banco::shm_switch::options_from_url(url, description, arguments);
    auto connection = std::make_unique<Connection>();
    connection->port = std::make_unique<Port>(std::move(options), patience);
    return reinterpret_cast<VDECONN*>(connection.release());
  } catch (const OpenError& error) {
    error_number = error.error_number();
    std::fprintf(stderr, "shm://: %s\n", error.what());
  } catch (const banco::base::SystemError& error) {
    error_number = error.code().value();
    std::fprintf(stderr, "shm://: %s\n", error.what());
  } catch (const std::bad_alloc&) {
    error_number = ENOMEM;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm://: %s\n", error.what());
  }
  // EPROTONOSUPPORT would make libvdeplug look for another module.
  errno = error_number == EPROTONOSUPPORT ? EPROTO : error_number;
  return nullptr;
}

ssize_t shm_recv(VDECONN* connection, void* buffer, size_t length, int /*flags*/) noexcept {
  return port_of(connection).recv({static_cast<std::byte*>(buffer), length});
}

ssize_t shm_send(VDECONN* connection, const void* buffer, size_t length, int /*flags*/) noexcept {
  return port_of(connection).send({static_cast<const std::byte*>(buffer), length});
}

int shm_datafd(VDECONN* connection) noexcept {
  return port_of(connection).data_descriptor().number();
}

int shm_ctlfd(VDECONN* connection) noexcept {
  return port_of(connection).hang_up_descriptor().number();
}

int shm_close(VDECONN* connection) noexcept {
  delete reinterpret_cast<Connection*>(connection);
  return 0;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] vdeplug_module vdeplug_ops;
vdeplug_module vdeplug_ops = {0, shm_open, shm_recv, shm_send, shm_datafd, shm_ctlfd, shm_close};
