#include "real/sentinel_gate.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "real/local_socket.h"
#include "real/wire.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr std::string_view kChannel = "__sentinel__:hello";
constexpr std::string_view kName = "sentinel-";
constexpr std::size_t kNumberLength = 8;  // of a name that it tells
constexpr std::size_t kNameLength = 40;
constexpr std::size_t kWordsOfOrder = 6;  // MULTI, SLAVEOF, CONFIG, CLIENT, CLIENT, EXEC

std::string bulk(std::string_view text) {
  return fmt::format("${}\r\n{}\r\n", text.size(), text);
}

// What a sentinel does not read where it awaits the reply to such a request.
std::string unread(SentinelMessage::Kind kind) {
  if (kind == SentinelMessage::Kind::ping) return "$-1\r\n";
  const std::size_t count = kind == SentinelMessage::Kind::replicaof ? kWordsOfOrder : 1;
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += "-ERR lost\r\n";
  return bytes;
}

}  // namespace

SentinelGate::~SentinelGate() {
  begin_run();
  for (const Door& door : doors_) ::close(door.listener);
}

Diagnostics SentinelGate::open(std::size_t nodes) {
  for (std::size_t i = 0; i < nodes; ++i) {
    Door door;
    door.listener = listen_on_loopback(door.port);
    if (door.listener < 0) return {{.expected = "expected a TCP port on 127.0.0.1 for sentinels"}};
    ::fcntl(door.listener, F_SETFL, O_NONBLOCK);
    doors_.push_back(door);
  }
  return {};
}

std::string SentinelGate::id_of(std::size_t place) {
  std::string name = fmt::format("{:0{}}", place, kNumberLength);
  name.resize(kNameLength, '0');
  return name;
}

std::size_t SentinelGate::behind(std::uint16_t port) const {
  return static_cast<std::size_t>(std::ranges::find(doors_, port, &Door::port) - doors_.begin());
}

template <class Which>
void SentinelGate::close_those(const Which& which) {
  for (auto one = connections_.begin(); one != connections_.end();) {
    const bool closes = which(one->second);
    if (closes) ::close(one->second.file);
    one = closes ? connections_.erase(one) : std::next(one);
  }
}

void SentinelGate::begin_run() {
  close_those([](const Connection&) { return true; });
  for (Door& door : doors_) door.refuses = false;
}

bool SentinelGate::take(std::vector<Request>& requests) {
  bool any = false;
  for (std::size_t i = 0; i < doors_.size(); ++i) any |= accept(i);
  std::vector<std::uint64_t> ended;
  for (auto& [number, connection] : connections_) {
    const std::uint64_t before = connection.last;
    if (!read(number, connection, requests)) ended.push_back(number);
    any |= connection.last != before;
  }
  for (const std::uint64_t number : ended) {
    ::close(connections_.at(number).file);
    connections_.erase(number);
  }
  return any || !ended.empty();
}

bool SentinelGate::accept(std::size_t node) {
  bool any = false;
  while (true) {
    const int file = ::accept4(doors_[node].listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (file < 0) return any;
    any = true;
    if (doors_[node].refuses) {
      ::close(file);
      continue;
    }
    const int one = 1;
    ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection& made = connections_[++last_connection_];
    made.file = file;
    made.to = node;
  }
}

bool SentinelGate::read(std::uint64_t number, Connection& connection,
                        std::vector<Request>& requests) {
  std::array<char, 16384> bytes;
  while (true) {
    const ssize_t got = ::recv(connection.file, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) break;
    if (got <= 0) return false;
    connection.stream.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
  RedisCommand command;
  while (const auto message = connection.stream.next()) {
    if (!read_resp(*message, command) || command.size() == 0) return false;
    on_command(number, connection, command, requests);
  }
  return !connection.stream.is_broken();
}

void SentinelGate::on_command(std::uint64_t number, Connection& connection,
                              const RedisCommand& command, std::vector<Request>& requests) {
  const auto is = [&](std::string_view word) { return equals_ignoring_case(command[0], word); };
  ++connection.last;
  // "CLIENT SETNAME sentinel-00000003-cmd" comes first on each connection.
  if (is("client") && command.size() == 3 && equals_ignoring_case(command[1], "setname")) {
    connection.sentinel = read_number<std::size_t>(command[2].substr(kName.size(), kNumberLength));
    connection.is_known = true;
    write_all(connection.file, "+OK\r\n");
    return;
  }
  if (is("subscribe")) {
    connection.subscribes = true;
    write_all(connection.file, "*3\r\n" + bulk("subscribe") + bulk(kChannel) + ":1\r\n");
    return;
  }
  if (is("slaveof")) connection.order = command;
  SentinelMessage::Kind kind{};
  if (is("ping")) {
    kind = SentinelMessage::Kind::ping;
  } else if (is("info")) {
    kind = SentinelMessage::Kind::info;
  } else if (is("publish")) {
    kind = SentinelMessage::Kind::hello;
  } else if (is("sentinel")) {
    kind = SentinelMessage::Kind::ask;
  } else if (is("exec")) {
    kind = SentinelMessage::Kind::replicaof;
  } else {
    return;  // of a transaction, which is answered as a whole
  }
  connection.awaited.push_back({.ordinal = connection.last, .kind = kind});
  const bool is_order = kind == SentinelMessage::Kind::replicaof;
  requests.push_back({.sentinel = connection.sentinel,
                      .to = connection.to,
                      .kind = kind,
                      .command = is_order ? connection.order : command,
                      .connection = number,
                      .ordinal = connection.last});
}

void SentinelGate::reply(const Request& request, std::string_view bytes) {
  const auto found = connections_.find(request.connection);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  std::string all;
  while (!connection.awaited.empty() && connection.awaited.front().ordinal < request.ordinal) {
    all += unread(connection.awaited.front().kind);
    connection.awaited.pop_front();
  }
  connection.awaited.pop_front();
  write_all(connection.file, all.append(bytes));
}

void SentinelGate::pass_on(std::size_t node, std::size_t sentinel, std::string_view hello) {
  for (const auto& [number, connection] : connections_) {
    if (connection.to != node || connection.sentinel != sentinel || !connection.subscribes)
      continue;
    write_all(connection.file, "*3\r\n" + bulk("message") + bulk(kChannel) + bulk(hello));
  }
}

bool SentinelGate::is_connected(std::size_t sentinel, std::size_t node) const {
  return std::ranges::any_of(connections_, [&](const auto& one) {
    const Connection& connection = one.second;
    return connection.is_known && connection.to == node && connection.sentinel == sentinel;
  });
}

void SentinelGate::hang_up(std::size_t sentinel, std::size_t node) {
  close_those([&](const Connection& one) {
    return one.is_known && one.to == node && one.sentinel == sentinel;
  });
}

void SentinelGate::hang_up_all(std::size_t sentinel) {
  close_those([&](const Connection& one) { return one.is_known && one.sentinel == sentinel; });
}

}  // namespace picklock
