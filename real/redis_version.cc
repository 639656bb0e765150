#include "real/redis_version.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "real/resp.h"
#include "real/wire.h"

namespace picklock {

Diagnostics check_redis_version(const RedisConnection& server, const RedisAddress& address) {
  constexpr int kOldestMajor = 7;
  constexpr std::string_view kName = "redis_version:";
  RedisReply info;
  server.execute(parse_redis_command("INFO server"), info);
  const std::size_t begin = info.text().find(kName);
  std::string found = info.text();  // an error
  if (info.kind() == RedisReply::Kind::bulk) found = "a server that does not say its version";
  if (begin != std::string::npos) {
    found = info.text().substr(begin + kName.size());
    found.resize(std::string_view(found).find_first_of("\r\n"));
    if (read_number<int>(found) >= kOldestMajor) return {};
  }
  return {{.expected = fmt::format("expected Redis {}.0 or later on {}, got {}", kOldestMajor,
                                   to_string(address), found)}};
}

}  // namespace picklock
