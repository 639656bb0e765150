#include "real/replication_state.h"

#include <fmt/core.h>

#include <string_view>

#include "real/redis_info.h"
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
  ReplicationState state;
  state.link_is_up = info_value(text, "master_link_status:") == "up";
  state.applied = read_number<std::int64_t>(info_value(text, "slave_repl_offset:"));
  state.written = read_number<std::int64_t>(info_value(text, "master_repl_offset:"));
  const std::size_t line = text.find(fmt::format(",port={},", port));
  if (line == std::string_view::npos) return Asked(state);
  const std::string_view replica = text.substr(line, text.find('\n', line) - line);
  state.replica_is_online = info_value(replica, "state=") == "online";
  state.acknowledged = read_number<std::int64_t>(info_value(replica, ",offset="));
  return Asked(state);
}

}  // namespace picklock
