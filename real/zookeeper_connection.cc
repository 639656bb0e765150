#include "real/zookeeper_connection.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <utility>

#include "real/local_socket.h"
#include "real/patience.h"

namespace picklock {
namespace {

// -1: nobody listens there.
int connect_patiently(std::uint16_t port, int seconds = 30) {
  const int file = connect_to(port);
  const timeval limit{.tv_sec = seconds, .tv_usec = 0};
  if (file >= 0) ::setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return file;
}

bool send_all(int file, std::string_view bytes) {
  return ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

}  // namespace

Result<ZooKeeperConnection> ZooKeeperConnection::open(std::uint16_t port,
                                                      Duration session_timeout) {
  using Opened = Result<ZooKeeperConnection>;
  ZooKeeperConnection connection(connect_patiently(port));
  const bool sent = connection.file_ >= 0 && connection.send(zk_handshake_frame(session_timeout));
  const auto frame = sent ? connection.receive() : std::nullopt;
  if (!frame || !read_zk_handshake(*frame, connection.granted_)) {
    return Opened::failure(fmt::format("expected a ZooKeeper on 127.0.0.1:{}", port));
  }
  return Opened(std::move(connection));
}

ZooKeeperConnection::ZooKeeperConnection(ZooKeeperConnection&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      stream_(std::move(other.stream_)),
      granted_(other.granted_),
      next_xid_(other.next_xid_),
      last_zxid_(other.last_zxid_),
      events_(std::move(other.events_)) {}

ZooKeeperConnection& ZooKeeperConnection::operator=(ZooKeeperConnection&& other) noexcept {
  if (this == &other) return *this;
  close();
  file_ = std::exchange(other.file_, -1);
  stream_ = std::move(other.stream_);
  granted_ = other.granted_;
  next_xid_ = other.next_xid_;
  last_zxid_ = other.last_zxid_;
  events_ = std::move(other.events_);
  return *this;
}

ZooKeeperConnection::~ZooKeeperConnection() {
  close();
}

void ZooKeeperConnection::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

bool ZooKeeperConnection::has_ended(bool wait) {
  std::array<char, 16384> bytes;
  while (file_ >= 0) {
    const ssize_t got = ::recv(file_, bytes.data(), bytes.size(), wait ? 0 : MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (got <= 0) {
      close();
    } else {
      stream_.feed({bytes.data(), static_cast<std::size_t>(got)});
    }
  }
  return true;
}

bool ZooKeeperConnection::send(std::string_view frame) {
  return file_ >= 0 && send_all(file_, frame);
}

std::optional<std::string_view> ZooKeeperConnection::receive() {
  std::array<char, 16384> bytes;
  while (file_ >= 0) {
    if (const auto frame = stream_.next()) return frame;
    const ssize_t got = ::recv(file_, bytes.data(), bytes.size(), 0);
    if (got <= 0 || stream_.is_broken()) break;
    stream_.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
  close();
  return std::nullopt;
}

std::optional<std::string_view> ZooKeeperConnection::exchange(std::string_view frame,
                                                              std::int32_t xid) {
  if (!send(frame)) return std::nullopt;
  while (const auto answer = receive()) {
    const ZkHeader header = read_zk_header(*answer);
    if (header.xid == xid) {
      last_zxid_ = header.zxid;
      return answer;
    }
    ZkEvent event;
    if (header.xid != kZkNotificationXid || !read_zk_notification(*answer, event)) break;
    events_.push_back(std::move(event));
  }
  close();
  return std::nullopt;
}

void ZooKeeperConnection::execute(const ZkRequest& request, ZkReply& reply) {
  const std::int32_t xid = request.op == ZkOp::ping ? kZkPingXid : next_xid_++;
  const auto frame = exchange(zk_request_frame(xid, request), xid);
  if (frame && read_zk_reply(*frame, request.op, reply)) return;
  reply = ZkReply{};
  close();
}

std::optional<std::string_view> ZooKeeperConnection::receive_soon() {
  constexpr int kSoon = 200;  // ms
  std::array<char, 16384> bytes;
  while (file_ >= 0) {
    if (const auto frame = stream_.next()) return frame;
    pollfd file{.fd = file_, .events = POLLIN, .revents = 0};
    if (::poll(&file, 1, kSoon) <= 0) return std::nullopt;
    const ssize_t got = ::recv(file_, bytes.data(), bytes.size(), 0);
    if (got <= 0 || stream_.is_broken()) break;
    stream_.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
  close();
  return std::nullopt;
}

bool ZooKeeperConnection::is_answered_soon() {
  while (const auto frame = receive_soon()) {
    const ZkHeader header = read_zk_header(*frame);
    ZkEvent event;
    if (header.xid != kZkNotificationXid) {
      last_zxid_ = header.zxid;
      if (header.error == 0) return true;
    } else if (read_zk_notification(*frame, event)) {
      events_.push_back(std::move(event));
      continue;
    }
    close();
  }
  return false;
}

bool ZooKeeperConnection::is_answered(const std::string& request) {
  Patience patience(std::chrono::seconds(30));
  const std::string ping = zk_request_frame(kZkPingXid, {.op = ZkOp::ping});
  int unanswered = 0;
  const std::string* next = &request;
  do {
    if (!send(*std::exchange(next, &ping))) break;
    ++unanswered;
    while (unanswered > 0 && is_answered_soon()) --unanswered;
  } while (unanswered > 0 && !patience.is_over());
  if (unanswered > 0) close();
  return file_ >= 0;
}

bool ZooKeeperConnection::ping() {
  return is_answered(zk_request_frame(kZkPingXid, {.op = ZkOp::ping}));
}

bool ZooKeeperConnection::sync() {
  return is_answered(zk_sync_frame(next_xid_++));
}

bool ZooKeeperConnection::watch_tree(std::string_view path) {
  const std::int32_t xid = next_xid_++;
  const auto frame = exchange(zk_watch_tree_frame(xid, path), xid);
  return frame && read_zk_header(*frame).error == 0;
}

std::string ask_zookeeper(std::uint16_t port, std::string_view word, int seconds) {
  // A server that is still starting says so, and may forget to close the connection, or to answer at all.
  constexpr std::string_view kNotYet = "This ZooKeeper instance is not";
  const int file = connect_patiently(port, seconds);
  if (file < 0) return {};
  std::string answer;
  std::array<char, 4096> bytes;
  ssize_t got = send_all(file, word) ? 1 : 0;
  while (got > 0 && !answer.starts_with(kNotYet)) {
    got = ::recv(file, bytes.data(), bytes.size(), 0);
    if (got > 0) answer.append(bytes.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return got < 0 || answer.starts_with(kNotYet) ? std::string() : answer;
}

std::int64_t last_zookeeper_transaction(std::uint16_t port) {
  const std::string said = ask_zookeeper(port, "srvr");
  constexpr std::string_view kLabel = "Zxid: 0x";
  const std::size_t label = said.find(kLabel);
  std::int64_t number = -1;
  if (label == std::string::npos) return number;
  std::from_chars(said.data() + label + kLabel.size(), said.data() + said.size(), number, 16);
  return number;
}

}  // namespace picklock
