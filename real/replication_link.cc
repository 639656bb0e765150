#include "real/replication_link.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "real/local_socket.h"
#include "real/patience.h"
#include "real/resp_stream.h"
#include "real/wire.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr std::chrono::seconds kPatience{10};  // of real time, for one exchange
constexpr int kPatienceMs = 10'000;

Diagnostics trouble(const char* what) {
  return {{.expected = fmt::format("expected a replication link to carry {}", what)}};
}

// Waits until there are bytes, and adds them; false when there are none in time, or never.
bool read_some(int file, std::string& to) {
  pollfd ready{.fd = file, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, kPatienceMs) <= 0) return false;
  std::array<char, 65536> bytes;
  const ssize_t got = ::recv(file, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  to.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

template <class... Words>
bool write_command(int file, const Words&... words) {
  RedisCommand command;
  command.assign(words...);
  std::string bytes;
  append_resp(command, bytes);
  return write_all(file, bytes);
}

// Whether the server says so within kPatience.
template <class Condition>
Diagnostics wait_for(const RedisConnection& server, std::uint16_t port, const char* what,
                     const Condition& condition) {
  Patience patience(kPatience);
  while (!patience.is_over()) {
    const Result<ReplicationState> state = replication_state(server, port);
    if (!state) return state.error();
    if (condition(*state)) return {};
  }
  return trouble(what);
}

void close_file(int& file) {
  if (file >= 0) ::close(std::exchange(file, -1));
}

// What keeps a stream going, and changes nothing.
bool is_write(const RedisCommand& command) {
  constexpr std::array<std::string_view, 4> kNone{"ping", "select", "replconf", "publish"};
  return std::ranges::none_of(
      kNone, [&](std::string_view word) { return equals_ignoring_case(command[0], word); });
}

}  // namespace

Result<ReplicationLink> ReplicationLink::make(std::uint16_t replica_port) {
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  if (listener >= 0) {
    return Result<ReplicationLink>(ReplicationLink(listener, port, replica_port));
  }
  return Result<ReplicationLink>::failure("expected a TCP port on 127.0.0.1 for a replica");
}

ReplicationLink::ReplicationLink(ReplicationLink&& other) noexcept
    : listener_(std::exchange(other.listener_, -1)),
      port_(other.port_),
      replica_port_(other.replica_port_),
      replica_(std::exchange(other.replica_, -1)),
      primary_(std::exchange(other.primary_, -1)) {}

ReplicationLink::~ReplicationLink() {
  close();
  close_file(listener_);
}

void ReplicationLink::close() {
  close_file(replica_);
  close_primary();
}

// What was taken from it stays on its way.
void ReplicationLink::close_primary() {
  close_file(primary_);
}

// A primary refuses to make a copy for who has not yet read what it said before.
Diagnostics ReplicationLink::greet_primary(std::uint16_t primary_port) {
  Diagnostics wrong = trouble("the greeting of a primary");
  primary_ = connect_to(primary_port);
  const bool sent = primary_ >= 0 && write_command(primary_, "PING") &&
                    write_command(primary_, "REPLCONF", "listening-port", replica_port_) &&
                    write_command(primary_, "REPLCONF", "capa", "eof", "capa", "psync2");
  std::string said;
  while (sent && std::ranges::count(said, '\n') < 3) {
    if (!read_some(primary_, said)) return wrong;
  }
  return sent && write_command(primary_, "PSYNC", "?", "-1") ? Diagnostics{} : wrong;
}

Diagnostics ReplicationLink::read_primary(std::string& to, const char* what) const {
  return read_some(primary_, to) ? Diagnostics{} : trouble(what);
}

// "+FULLRESYNC <id> <offset>", then newlines while the primary works, then "$EOF:<mark>", the copy, the mark.
Diagnostics ReplicationLink::take_copy() {
  constexpr std::string_view kFull = "+FULLRESYNC ";
  constexpr std::string_view kMarked = "$EOF:";
  constexpr std::size_t kMarkLength = 40;
  const char* const what = "the copy of a primary";
  std::string bytes;
  const auto find = [&](std::string_view text, std::size_t from, std::size_t& at) {
    while ((at = bytes.find(text, from)) == std::string::npos) {
      if (!read_primary(bytes, what).empty()) return false;
    }
    return true;
  };
  std::size_t begin = 0;
  std::size_t line = 0;
  std::size_t marked = 0;
  std::size_t body = 0;
  if (!find(kFull, 0, begin) || !find("\r\n", begin, line) || !find(kMarked, line, marked) ||
      !find("\r\n", marked, body)) {
    return trouble(what);
  }
  const std::size_t space = bytes.find(' ', begin + kFull.size());
  copy_end_ = read_number<std::int64_t>(std::string_view(bytes).substr(space + 1));
  const std::string mark = bytes.substr(marked + kMarked.size(), kMarkLength);
  std::size_t end = 0;
  if (!find(mark, body, end)) return trouble(what);
  copy_ = bytes.substr(begin, end + kMarkLength - begin);
  read_ = copy_end_;
  return {};
}

Diagnostics ReplicationLink::copy_from(std::uint16_t primary_port, const RedisConnection& primary,
                                       std::uint64_t batch) {
  close_primary();
  batches_.clear();
  ends_.clear();
  unnumbered_.clear();
  Diagnostics wrong = greet_primary(primary_port);
  if (wrong.empty()) wrong = take_copy();
  if (!wrong.empty()) return wrong;
  copy_batch_ = batch;
  ends_.emplace_back(batch, copy_end_);
  wrong = wait_for(primary, replica_port_, "a copy that its primary knows to be whole",
                   [](const ReplicationState& state) { return state.replica_is_online; });
  if (!wrong.empty()) return wrong;
  // The first word of its replica makes it send what it writes from now on. It counts for no WAIT.
  if (!write_command(primary_, "REPLCONF", "ACK", 0)) return trouble("the first word to a primary");
  return {};
}

Diagnostics ReplicationLink::take_until(std::int64_t written, std::uint64_t batch, bool& is_batch) {
  is_batch = false;
  std::string bytes;
  while (read_ + static_cast<std::int64_t>(bytes.size()) < written) {
    Diagnostics wrong = read_primary(bytes, "what a primary has written");
    if (!wrong.empty()) return wrong;
  }
  read_ += static_cast<std::int64_t>(bytes.size());
  RespStream stream;
  stream.feed(bytes);
  RedisCommand command;
  while (const auto message = stream.next()) {
    is_batch |= read_resp(*message, command) && command.size() > 0 && is_write(command);
  }
  unnumbered_ += bytes;
  if (!is_batch) return {};
  batches_.push_back({.number = batch, .end = read_, .bytes = std::exchange(unnumbered_, {})});
  ends_.emplace_back(batch, read_);
  return {};
}

// Answers its greeting until it asks for a copy. False: that connection has ended.
bool ReplicationLink::greet_replica() {
  RespStream stream;
  RedisCommand command;
  std::string bytes;
  while (read_some(replica_, bytes)) {
    stream.feed(std::exchange(bytes, {}));
    while (const auto message = stream.next()) {
      if (!read_resp(*message, command) || command.size() == 0) return false;
      if (equals_ignoring_case(command[0], "psync")) return true;
      const bool ping = equals_ignoring_case(command[0], "ping");
      if (!write_all(replica_, ping ? "+PONG\r\n" : "+OK\r\n")) return false;
    }
  }
  return false;
}

// A replica that follows asks for a copy on a connection of its own, when the one that it has is closed. Those of
// a life before have ended.
Diagnostics ReplicationLink::accept_replica() {
  while (true) {
    close_file(replica_);
    pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return trouble("the greeting of a replica");
    replica_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (replica_ >= 0 && greet_replica()) return {};
  }
}

Result<std::uint64_t> ReplicationLink::give_copy(const RedisConnection& replica) {
  using Given = Result<std::uint64_t>;
  if (copy_.empty()) return Given(copy_batch_);  // a later copy overtook this one
  Diagnostics wrong = accept_replica();
  if (wrong.empty() && !write_all(replica_, copy_)) wrong = trouble("a copy");
  copy_.clear();
  if (wrong.empty()) {
    wrong = wait_for(replica, 0, "a copy that the replica takes",
                     [this](const ReplicationState& state) {
                       return state.link_is_up && state.applied == copy_end_;
                     });
  }
  return wrong.empty() ? Given(copy_batch_) : Given(wrong);
}

Diagnostics ReplicationLink::give_until(std::uint64_t batch, const RedisConnection& replica) {
  std::int64_t end = -1;
  while (!batches_.empty() && batches_.front().number <= batch) {
    end = batches_.front().end;
    if (!write_all(replica_, batches_.front().bytes)) return trouble("a batch of writes");
    batches_.pop_front();
  }
  if (end < 0) return {};
  // What it says of itself each second of real time is of no use: how far it is was asked for.
  std::array<char, 4096> said;
  while (::recv(replica_, said.data(), said.size(), MSG_DONTWAIT) > 0) {
  }
  return wait_for(replica, 0, "a batch that the replica applies",
                  [end](const ReplicationState& state) { return state.applied == end; });
}

Diagnostics ReplicationLink::acknowledge(std::uint64_t batch, const RedisConnection& primary) {
  while (ends_.size() > 1 && ends_[1].first <= batch) ends_.pop_front();
  if (primary_ < 0 || ends_.empty() || ends_.front().first > batch) return {};
  const std::int64_t end = ends_.front().second;
  if (!write_command(primary_, "REPLCONF", "ACK", end)) return trouble("an acknowledgement");
  Diagnostics wrong =
      wait_for(primary, replica_port_, "an acknowledgement that its primary hears of",
               [end](const ReplicationState& state) { return state.acknowledged >= end; });
  if (!wrong.empty()) return wrong;
  // It has answered whoever waited for this by the time it answers the next question.
  const Result<ReplicationState> next = replication_state(primary);
  return next ? Diagnostics{} : next.error();
}

}  // namespace picklock
