// Redis servers of the user's own in a real run: they are reached, not started, and nothing of them is touched but
// the keys of this run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "real/real_servers.h"
#include "real/redis_address.h"
#include "scenarios/scenario.h"

namespace picklock {

// One server of the scenario for each address, in order.
std::unique_ptr<RealServers> make_user_redis(const RealServerContext& context,
                                             std::vector<RedisAddress> addresses);

// What of a scenario cannot be carried out on that many servers over which nobody has control; one sentence each.
std::vector<std::string> obstacles_of_user_servers(const Scenario& scenario, std::size_t servers);

}  // namespace picklock
