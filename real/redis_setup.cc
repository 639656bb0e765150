#include "real/redis_setup.h"

#include <fmt/core.h>

#include <utility>

#include "real/redis_connection.h"
#include "real/redis_server.h"
#include "real/redis_version.h"
#include "real/resp.h"
#include "real/wire.h"

namespace picklock {

std::vector<std::string> redis_arguments(const ServersSpec& spec) {
  std::vector<std::string> words{"--notify-keyspace-events", "KA"};
  const auto add = [&](const char* name, const char* value) {
    words.emplace_back(name);
    words.emplace_back(value);
  };
  if (spec.replicas > 0) {
    // A copy is made at once, and its end is noticed soon; nobody is given up because its clock was moved.
    add("--repl-diskless-sync-delay", "0");
    add("--hz", "500");
    add("--repl-timeout", "1000000000");
    add("--repl-ping-replica-period", "1000000000");
  }
  for (std::string& word : persistence_arguments(spec.aof)) words.push_back(std::move(word));
  return words;
}

Diagnostics prove_clock(std::uint16_t port, const ClockPage& clocks, NodeId node) {
  const Result<RedisConnection> connection = RedisConnection::open(port);
  if (!connection) return connection.error();
  Diagnostics old = check_redis_version(*connection, port);
  if (!old.empty()) return old;
  RedisCommand time;
  time.assign("TIME");
  RedisReply reply;
  const std::int64_t before = clocks.unix_ns(node.value()) / 1000;
  connection->execute(time, reply);
  const std::int64_t after = clocks.unix_ns(node.value()) / 1000;
  if (reply.elements().size() == 2) {
    const std::int64_t shown = read_number<std::int64_t>(reply.elements()[0].text()) * 1'000'000 +
                               read_number<std::int64_t>(reply.elements()[1].text());
    if (before <= shown && shown <= after) return {};
  }
  return {{.expected = "expected the clock shim to set redis-server's clock, but TIME does not "
                       "follow it (is redis-server linked statically?)"}};
}

Diagnostics empty_redis(std::uint16_t port) {
  const Result<RedisConnection> connection = RedisConnection::open(port);
  if (!connection) return connection.error();
  for (const char* const line : {"FLUSHALL", "SCRIPT FLUSH"}) {
    RedisReply reply;
    connection->execute(parse_redis_command(line), reply);
    if (!reply.is_ok()) return {{.expected = fmt::format("expected OK to {}", line)}};
  }
  return {};
}

Diagnostics set_active_expiry(std::uint16_t port, bool active) {
  const Result<RedisConnection> connection = RedisConnection::open(port);
  if (!connection) return connection.error();
  RedisCommand expire;
  expire.assign("DEBUG", "SET-ACTIVE-EXPIRE", active ? 1 : 0);
  RedisReply reply;
  connection->execute(expire, reply);
  return {};
}

}  // namespace picklock
