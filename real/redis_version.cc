#include "real/redis_version.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "real/redis_info.h"
#include "real/resp.h"
#include "real/wire.h"

namespace picklock {

Diagnostics check_redis_version(const RedisConnection& server, const RedisAddress& address) {
  constexpr int kOldestMajor = 7;
  RedisReply info;
  server.execute(parse_redis_command("INFO server"), info);
  const std::string_view version = info_value(info.text(), "redis_version:");
  std::string found = info.text();  // an error
  if (info.kind() == RedisReply::Kind::bulk) found = "a server that does not say its version";
  if (!version.empty()) {
    found = version;
    if (read_number<int>(found) >= kOldestMajor) return {};
  }
  return {{.expected = fmt::format("expected Redis {}.0 or later on {}, got {}", kOldestMajor,
                                   to_string(address), found)}};
}

}  // namespace picklock
