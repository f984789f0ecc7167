// libvdeplug_wire.so: the C edge. `wire://[delay=20ms/loss=1%/…]{VNL}` for every client of libvdeplug(3).
// Exceptions end here: errno for the program, a sentence on stderr for the user.
#include <cerrno>
#include <cstdio>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>

#include "impl/base/system_error.hh"
#include "impl/vde/plug_api.hh"
#include "impl/wire/plug.hh"

namespace {

using banco::wire::Plug;

// libvdeplug writes the first two members.
struct Connection {
  void* handle;
  vdeplug_module* module;
  std::unique_ptr<Plug> plug;
};

Connection& connection_of(VDECONN* connection) {
  return *reinterpret_cast<Connection*>(connection);
}

VDECONN* wire_open(char* url, char* description, int interface_version, vde_open_args* arguments) noexcept {
  if (interface_version != LIBVDEPLUG_INTERFACE_VERSION) {
    errno = EINVAL;
    return nullptr;
  }
  int error_number = EINVAL;
  try {
    auto connection = std::make_unique<Connection>();
    connection->plug = std::make_unique<Plug>(url, description, arguments);
    return reinterpret_cast<VDECONN*>(connection.release());
  } catch (const banco::base::SystemError& error) {
    error_number = error.code().value();
    std::fprintf(stderr, "wire://: %s\n", error.what());
  } catch (const std::bad_alloc&) {
    error_number = ENOMEM;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wire://: %s\n", error.what());
  }
  // EPROTONOSUPPORT would make libvdeplug look for another module.
  errno = error_number == EPROTONOSUPPORT ? EPROTO : error_number;
  return nullptr;
}

ssize_t wire_recv(VDECONN* connection, void* buffer, size_t length, int /*flags*/) noexcept {
  return connection_of(connection).plug->client().client_receive({static_cast<std::byte*>(buffer), length});
}

ssize_t wire_send(VDECONN* connection, const void* buffer, size_t length, int /*flags*/) noexcept {
  return connection_of(connection)
      .plug->client()
      .client_send({static_cast<const std::byte*>(buffer), length});
}

int wire_datafd(VDECONN* connection) noexcept {
  return connection_of(connection).plug->client().client_descriptor();
}

int wire_ctlfd(VDECONN* connection) noexcept {
  return connection_of(connection).plug->hang_up_descriptor();
}

int wire_close(VDECONN* connection) noexcept {
  if (!connection_of(connection).plug->is_owner()) return -1;  // the parent's, with its thread
  delete &connection_of(connection);
  return 0;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] vdeplug_module vdeplug_ops;
vdeplug_module vdeplug_ops = {0, wire_open, wire_recv, wire_send, wire_datafd, wire_ctlfd, wire_close};
