// Several ZooKeeper nodes that are one service, in a real run.
//
// What the nodes do is theirs; when they have time for it is ours. Each half tick true time stops until the leader has
// asked its followers which sessions live. When the leader dies, or its majority, the service serves nobody, and the
// nodes' own clocks stand still, for as long as the scenario's election takes; then they elect.
#pragma once

#include <memory>

#include "real/real_servers.h"

namespace picklock {

std::unique_ptr<RealServers> make_real_zookeeper_ensemble(const RealServerContext& context);

}  // namespace picklock
