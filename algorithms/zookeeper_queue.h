// One client's place in the queue of a sequential ZooKeeper lock: everything that the recipes have in
// common, so that each of them is left with its own rule of waiting.
//
// The queue is the children of a directory, each an ephemeral sequential node named "<token>-<number>".
// The token makes our node recognisable when the reply to its creation was lost: without it a client
// creates a second node and waits for the first, which is its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"

namespace picklock {

// What a look at the queue has shown.
struct QueuePlace {
  bool given_up = false;  // time is up, or our node went with its session: leave()
  std::string before;     // path of the node just before ours; empty: ours is the first

  bool is_first() const { return !given_up && before.empty(); }
};

class ZooKeeperQueue {
 public:
  // Both outlive it.
  ZooKeeperQueue(Environment& env, const LockOptions& options);

  // Begins an acquire: a new token, and options.wait from now.
  void begin();
  // Time left to wait; never negative.
  Duration patience() const;

  // Joins the queue if need be and lists it, again and again until there is an answer. With `watch`,
  // the next change of the list is an event of the client.
  Task<QueuePlace> look(bool watch);
  // Our turn. Grants if the node belongs to the session that is alive now, else leaves. The fence is the
  // transaction that created the node. While the hold lasts, Environment::report_lost() tells within
  // options.retry that the session has expired, or that the connection is lost: the session may then end
  // at any moment without our learning of it, so a holder must stop.
  Task<Acquired> hold();
  // Gives up: removes our node, which would else be granted the lock with nobody behind it.
  Task<Acquired> leave();
  // Ends the hold.
  Task<Released> release();

  // The ZooKeeper path of the directory.
  const std::string& directory() const { return directory_; }

 private:
  // Removes our node. Without an answer, goes on trying in the background.
  Task<Released> remove();
  Task<void> remove_later(std::string node);
  Task<void> guard(std::string node, std::int64_t session);
  // Finds our node in a list of children.
  bool find(const std::vector<std::string>& children, QueuePlace& place);

  Environment& env_;
  ZooKeeperClient& zookeeper_;
  const LockOptions& options_;
  std::string directory_;

  Token token_;
  LocalTime began_{};
  std::string node_;            // path of our node; empty: not seen yet
  std::size_t unanswered_ = 0;  // creations that may still take effect
  std::string held_;            // path of the node that holds the lock; empty: none
};

}  // namespace picklock
