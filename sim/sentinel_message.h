// What sentinels, and the servers that they watch, say to one another.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace picklock {

struct SentinelMessage {
  enum class Kind : std::uint8_t {
    ping,
    info,
    hello,      // who is the primary: to a server, which passes it on, or to another sentinel
    heard,      // a hello that a server passes on
    ask,        // is the primary down, and do I have your vote?
    replicaof,  // an order
  };
  Kind kind{};
  bool is_reply = false;
  std::uint32_t connection = 0;  // of the request: a reply on an older one is not read
  std::uint32_t ordinal = 0;     // of the request, on its connection

  // hello, heard, ask: the one that is meant. info: whom it follows. replicaof: whom to follow; itself: nobody.
  NodeId primary;
  bool in_sync = false;      // info: it has that one's data
  std::uint64_t offset = 0;  // info
  NodeId speaker;            // heard: whose hello it was
  std::uint32_t epoch = 0;   // hello, heard, ask: the speaker's current one
  std::uint32_t term = 0;    // hello, heard: of the primary
  bool is_down = false;      // reply to ask
  NodeId leader;             // ask: who wants the vote, or none; its reply: who has it, or none
  std::uint32_t leader_epoch = 0;  // reply to ask: of that vote
};

// The command: "PING", "INFO", "PUBLISH", "SENTINEL", "REPLICAOF".
std::string_view name_of(SentinelMessage::Kind kind);
// Those of them that are no commands of a server with data.
std::vector<std::string_view> sentinel_words();

}  // namespace picklock
