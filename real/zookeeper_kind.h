// ZooKeeper in a real run.
#pragma once

#include <memory>

#include "real/real_servers.h"

namespace picklock {

// One ZooKeeper of our own, or an ensemble; it is started anew for each run, with an empty directory.
std::unique_ptr<RealServers> make_real_zookeeper(const RealServerContext& context);

// How a process connects: one session with the service behind all places.
ConnectServers connect_to_zookeeper(const Scenario& scenario);

}  // namespace picklock
