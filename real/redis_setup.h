// How a redis-server of ours is set up for runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/ids.h"
#include "real/clock_page.h"
#include "scenarios/scenario.h"

namespace picklock {

std::vector<std::string> redis_arguments(const ServersSpec& spec);
// TIME must show, within the time that the question takes, what the page says. Its version must be one that we know.
Diagnostics prove_clock(std::uint16_t port, const ClockPage& clocks, NodeId node);
// It holds no keys and no scripts.
Diagnostics empty_redis(std::uint16_t port);
// Whether keys die while nobody asks for them.
Diagnostics set_active_expiry(std::uint16_t port, bool active);

}  // namespace picklock
