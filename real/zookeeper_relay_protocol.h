// ZooKeeper as the relay sees it.
#pragma once

#include <memory>

#include "real/relay_protocol.h"

namespace picklock {

// Frames behind their lengths. The first exchange of a connection is "connect", and what nobody asked for is
// "notification", as the simulator calls them.
std::unique_ptr<RelayProtocol> make_zookeeper_relay_protocol();

}  // namespace picklock
