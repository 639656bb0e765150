#include "real/local_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace picklock {
namespace {

bool fill(sockaddr_un& address, const std::string& path) {
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

// The file, when `good`; else it is closed.
int kept(int file, bool good) {
  if (good || file < 0) return file;
  ::close(file);
  return -1;
}

}  // namespace

int listen_at(const std::string& path) {
  sockaddr_un address{};
  if (!fill(address, path)) return -1;
  const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool good = file >= 0 &&
                    ::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                    ::listen(file, SOMAXCONN) == 0;
  return kept(file, good);
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  if (!fill(address, path)) return -1;
  const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool good =
      file >= 0 && ::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  return kept(file, good);
}

int connect_to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  const bool good = file >= 0 &&
                    ::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                    ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0;
  return kept(file, good);
}

int connect_to(const LocalPlace& place) {
  return place.path.empty() ? connect_to(place.port) : connect_to(place.path);
}

int listen_on_loopback(std::uint16_t& port) {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool good = file >= 0 && ::bind(file, generic, size) == 0 &&
                    ::listen(file, SOMAXCONN) == 0 && ::getsockname(file, generic, &size) == 0;
  port = ntohs(address.sin_port);
  return kept(file, good);
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) {
      pollfd full{.fd = file, .events = POLLOUT, .revents = 0};
      ::poll(&full, 1, -1);
      continue;
    }
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

ReservedPorts::ReservedPorts(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t port = 0;
    const int file = listen_on_loopback(port);
    if (file < 0) return;
    files_.push_back(file);
    ports_.push_back(port);
  }
}

ReservedPorts::~ReservedPorts() {
  for (const int file : files_) ::close(file);
}

std::uint16_t free_loopback_port() {
  std::uint16_t port = 0;
  const int file = listen_on_loopback(port);
  if (file < 0) return 0;
  ::close(file);
  return port;
}

}  // namespace picklock
