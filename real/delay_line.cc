#include "real/delay_line.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "real/local_socket.h"

namespace picklock {

// What is still on its way keeps it alive.
struct DelayLine::Connection {
  Connection(EventLoop& events, int client_file, int server_file)
      : loop(events), client(client_file), server(server_file) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  void close() {
    for (int* const file : {&client, &server}) {
      if (*file < 0) continue;
      loop.watch(*file, 0);
      ::close(std::exchange(*file, -1));
    }
  }

  EventLoop& loop;
  int client;
  int server;
};

DelayLine::DelayLine(RealTimeLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)), listener_(listen_on_loopback(port_)) {
  if (listener_ < 0) {
    port_ = 0;
    return;
  }
  loop_.events().watch(listener_, EPOLLIN, [this](std::uint32_t /*events*/) { accept_one(); });
}

DelayLine::~DelayLine() {
  for (const auto& connection : connections_) {
    if (const ConnectionRef open = connection.lock()) open->close();
  }
  if (listener_ < 0) return;
  loop_.events().watch(listener_, 0);
  ::close(listener_);
}

void DelayLine::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int one =
      1;  // a reply behind another one would wait for the client's acknowledgement, 40 ms
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const int server = connect_to(options_.server);
  const auto connection = std::make_shared<Connection>(loop_.events(), client, server);
  if (server < 0) return;
  connections_.push_back(connection);
  for (const bool is_request : {true, false}) {
    loop_.events().watch(
        is_request ? client : server, EPOLLIN,
        [this, connection, is_request](std::uint32_t) { pass_on(connection, is_request); });
  }
}

void DelayLine::pass_on(const ConnectionRef& connection, bool is_request) {
  std::array<char, 16384> bytes;
  const int from = is_request ? connection->client : connection->server;
  const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
  const TrueTime due = loop_.now() + options_.each_way;
  if (got <= 0) {
    loop_.events().watch(from, 0);
    loop_.events().at(due, [connection] { connection->close(); });
    return;
  }
  const std::string_view chunk(bytes.data(), static_cast<std::size_t>(got));
  if (is_request && options_.on_request) options_.on_request(chunk);
  loop_.events().at(due, [connection, is_request, text = std::string(chunk)] {
    const int to = is_request ? connection->server : connection->client;
    if (to >= 0) ::send(to, text.data(), text.size(), MSG_NOSIGNAL);
  });
}

}  // namespace picklock
