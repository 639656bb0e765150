// What the relay keeps of one connection; for its own sources.
#pragma once

#include <cstddef>
#include <memory>

#include "real/relay.h"

namespace picklock {

// One connection of a client, and the one to the server behind it.
struct Relay::Session {
  NodeId client;
  NodeId server;
  int client_file = -1;
  int server_file = -1;
  std::unique_ptr<RelayProtocol> protocol;
  std::size_t unanswered = 0;  // requests that are on their way or whose replies are
  std::size_t awaited = 0;     // replies that the client waits for; some of them may be lost
  std::size_t arriving = 0;    // those of them that the server has sent
  bool broken = false;         // the client is about to be told
  bool was_reset = false;      // and what is on its way is lost
  // A message of this direction was lost, and with it all behind it: a stream has no gaps.
  bool requests_lost = false;
  bool replies_lost = false;
  bool severed = false;     // nothing of this connection reaches the server any more
  TrueTime last_request{};  // on a stream nothing overtakes
  TrueTime last_reply{};
};

}  // namespace picklock
