#include "real/replication_state.h"

#include <fmt/core.h>

#include <string_view>

#include "real/resp.h"
#include "real/wire.h"

namespace picklock {

Result<ReplicationState> replication_state(const RedisConnection& server, std::uint16_t port) {
  using Asked = Result<ReplicationState>;
  RedisReply reply;
  server.execute(parse_redis_command("INFO replication"), reply);
  if (reply.kind() != RedisReply::Kind::bulk) {
    return Asked::failure("expected a server to say how far its replication is, but it is gone");
  }
  const std::string_view text = reply.text();
  const auto value_of = [](std::string_view where, std::string_view name) {
    const std::size_t begin = where.find(name);
    if (begin == std::string_view::npos) return std::string_view();
    where.remove_prefix(begin + name.size());
    return where.substr(0, where.find_first_of(",\r\n"));
  };
  ReplicationState state;
  state.link_is_up = value_of(text, "master_link_status:") == "up";
  state.applied = read_number<std::int64_t>(value_of(text, "slave_repl_offset:"));
  state.written = read_number<std::int64_t>(value_of(text, "master_repl_offset:"));
  const std::size_t line = text.find(fmt::format(",port={},", port));
  if (line == std::string_view::npos) return Asked(state);
  const std::string_view replica = text.substr(line, text.find('\n', line) - line);
  state.replica_is_online = value_of(replica, "state=") == "online";
  state.acknowledged = read_number<std::int64_t>(value_of(replica, ",offset="));
  return Asked(state);
}

}  // namespace picklock
