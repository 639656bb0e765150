// Connections that are broken, and of which the client does not know yet.
#pragma once

#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace picklock {

class BrokenConnections {
 public:
  // The client will hear at `news` that its connection to the server is broken. One of which it is about to
  // hear already does not break again.
  void add(NodeId client, NodeId server, TrueTime news, TrueTime now) {
    if (news_for(client, server, now) == kNever) broken_.push_back({client, server, news});
  }
  // When it will hear of it; kNever: the connection is whole, or the client knows.
  TrueTime news_for(NodeId client, NodeId server, TrueTime now) {
    if (broken_.empty()) return kNever;
    std::erase_if(broken_, [now](const Broken& one) { return one.news <= now; });
    for (const Broken& one : broken_) {
      if (one.client == client && one.server == server) return one.news;
    }
    return kNever;
  }
  void clear() { broken_.clear(); }

 private:
  struct Broken {
    NodeId client;
    NodeId server;
    TrueTime news;
  };

  std::vector<Broken> broken_;
};

}  // namespace picklock
