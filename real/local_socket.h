// Sockets between processes of one machine. Files are closed on exec(), and -1 when there is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picklock {

// Where a process takes connections: at the path of a socket, or at a port of 127.0.0.1.
struct LocalPlace {
  LocalPlace() = default;
  LocalPlace(std::string socket)
      : path(std::move(socket)) {}  // NOLINT(google-explicit-constructor)
  LocalPlace(std::uint16_t loopback_port)
      : port(loopback_port) {}  // NOLINT(google-explicit-constructor)

  std::string path;  // empty: the port
  std::uint16_t port = 0;
};

int listen_at(const std::string& path);
int listen_on_loopback(std::uint16_t& port);  // at a free port of 127.0.0.1, which is told
int connect_to(const std::string& path);
int connect_to(std::uint16_t port);  // of 127.0.0.1, without Nagle's delay
int connect_to(const LocalPlace& place);

// Waits for room. False: the other end is gone.
bool write_all(int file, std::string_view bytes);

// Ports of 127.0.0.1 that nobody else gets as long as this object lives; fewer than wanted when there are no more.
class ReservedPorts {
 public:
  explicit ReservedPorts(std::size_t count);
  ReservedPorts(const ReservedPorts&) = delete;
  ReservedPorts& operator=(const ReservedPorts&) = delete;
  ~ReservedPorts();
  const std::vector<std::uint16_t>& ports() const { return ports_; }

 private:
  std::vector<int> files_;
  std::vector<std::uint16_t> ports_;
};

// A port of 127.0.0.1 that was free a moment ago; 0 when there is none.
std::uint16_t free_loopback_port();

}  // namespace picklock
