#include "real/redis_connector.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/redis_link.h"
#include "real/redis_read_preference.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

std::unique_ptr<RedisLink> connect(const ServerPorts& ports, const LocalPlace& place,
                                   Duration call_timeout) {
  const auto give_up_at = [after = ports.after, call_timeout] { return after(call_timeout); };
  return std::make_unique<RedisLink>(ports.loop,
                                     RedisLink::Options{place, ports.caller, give_up_at});
}

}  // namespace

ConnectServers connect_to_redis(Duration call_timeout) {
  return [call_timeout](const ServerPorts& ports) {
    std::vector<std::unique_ptr<ServerClient>> clients;
    for (const LocalPlace& place : ports.places) {
      clients.push_back(connect(ports, place, call_timeout));
    }
    return clients;
  };
}

ConnectServers connect_with_read_preference(Duration call_timeout) {
  return [call_timeout](const ServerPorts& ports) {
    std::vector<std::unique_ptr<ServerClient>> clients;
    clients.push_back(
        std::make_unique<RedisReadPreference>(connect(ports, ports.places[0], call_timeout),
                                              connect(ports, ports.places[1], call_timeout)));
    return clients;
  };
}

bool waits_inside_redis(std::string_view command) {
  static constexpr std::array<std::string_view, 12> kWaiting{
      "blpop",    "brpop",  "blmove", "brpoplpush", "blmpop",     "bzpopmin",
      "bzpopmax", "bzmpop", "wait",   "subscribe",  "psubscribe", "ssubscribe"};
  return std::ranges::any_of(kWaiting, [command](std::string_view waiting) {
    return equals_ignoring_case(command, waiting);
  });
}

}  // namespace picklock
