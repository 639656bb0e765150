// A model of ZooKeeper 3.8: one linearizable service, as its clients see it.
//
// A pure state machine on the server's own monotonic clock: it does nothing by itself, draws nothing,
// and knows no network. Requests of one session must be applied in the order in which it sent them.
// Modelled: the tree with versions, ephemeral and sequential znodes, one-shot watches, transaction ids,
// sessions that expire on a tick. Not modelled: access control, quotas, containers, several operations
// in one transaction, and stale reads from a follower. Who follows whom in an ensemble, and what of it the clients
// notice, is the business of sim/zookeeper_ensemble.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "base/time.h"
#include "sim/servers/zookeeper_tree.h"
#include "sim/servers/zookeeper_watches.h"

namespace picklock {

struct ZooKeeperConfig {
  Duration session_timeout = std::chrono::seconds(10);  // asked for; the service clamps it
  Duration tick = std::chrono::seconds(2);              // tickTime
};

enum class ZkRemoval : std::uint8_t {
  deleted,  // by a request
  session_closed,
  session_expired,
};

// Sees every change of the tree, in order, while it is made.
class ZooKeeperObserver {
 public:
  virtual void on_created(std::string_view path, std::int64_t session) = 0;  // by this session
  virtual void on_deleted(std::string_view path, ZkRemoval why) = 0;

 protected:
  ~ZooKeeperObserver() = default;
};

class ZooKeeperModel {
 public:
  explicit ZooKeeperModel(ZooKeeperConfig config);

  // Back to an empty service, for the next run. Keeps its storage, its configuration and its observer.
  void reset();
  // Not owned; null: nobody.
  void observe(ZooKeeperObserver* observer) { observer_ = observer; }

  // Between 2 and 20 ticks, as ZooKeeper negotiates it.
  Duration session_timeout() const { return timeout_; }

  // Session ids count from 1.
  std::int64_t open_session(LocalTime now);
  bool is_open(std::int64_t session) const;
  // Any request, or a ping, extends the session. False: there is no such session (any more).
  bool touch(std::int64_t session, LocalTime now);
  // Executes one request; `reply` is overwritten and keeps its storage. Touches the session; without one
  // the answer is session_expired. A `connect` and a `ping` only touch. Never answers connection_loss.
  // O(depth * log(children) + watches); a get_children is linear in the children.
  void apply(std::int64_t session, const ZkRequest& request, LocalTime now, ZkReply& reply);
  // The same by a follower, from which the leader that counts the sessions has not heard of it yet.
  void apply_untouched(std::int64_t session, const ZkRequest& request, LocalTime now,
                       ZkReply& reply);

  // When the next session ends unless it is touched: its timeout, rounded up to a tick of the clock
  // (a whole tick more when it falls on one, as ZooKeeper's ExpiryQueue does). O(sessions).
  std::optional<LocalTime> next_expiry() const;
  // Closes the sessions whose time has come, and deletes their ephemerals. Opening, touching and applying
  // do the same first. O(1) while no session can be due.
  void expire_due(LocalTime now);

  // Watches that fired since the caller last cleared it, in order. Watches belong to the session, so a
  // session that is merely disconnected gets them when it is back, as with the client library's
  // re-registration.
  std::vector<ZkNotification>& notifications() { return watches_.notifications(); }

  // Sessions whose time came since the caller last cleared it, in order. The service closes their connections.
  std::vector<std::int64_t>& expired_sessions() { return expired_; }

  // The service was down, or elected a leader: znodes, sessions and watches are durable, and every
  // session gets its full timeout from `now`.
  void restart(LocalTime now);
  // A leader begins: transaction ids count on in an epoch of its own.
  void begin_epoch();

  // The transaction id of the last change.
  std::int64_t last_zxid() const { return zxid_; }

 private:
  struct Session {
    bool is_open = false;
    LocalTime expiry{};
  };

  void answer(bool is_open, std::int64_t session, const ZkRequest& request, ZkReply& reply);
  ZkCode execute(std::int64_t session, const ZkRequest& request, ZkReply& reply);
  // These work on path_, which is valid.
  ZkCode create(std::int64_t session, const ZkRequest& request, ZkReply& reply);
  ZkCode remove(const ZkRequest& request);
  ZkCode set(const ZkRequest& request, ZkReply& reply);
  ZkCode read(std::int64_t session, const ZkRequest& request, ZkReply& reply);
  ZkCode get_children(std::int64_t session, const ZkRequest& request, ZkReply& reply);
  void detach(ZooKeeperTree::Index node, ZkRemoval why);

  Session* open(std::int64_t session);
  void close(std::int64_t session, ZkRemoval why);
  LocalTime expiry_from(LocalTime now) const;

  Duration tick_;
  Duration timeout_;
  ZooKeeperObserver* observer_ = nullptr;
  std::int64_t zxid_ = 0;
  ZooKeeperTree tree_;
  ZooKeeperWatches watches_;
  std::vector<Session> sessions_;             // session id - 1
  std::vector<std::int64_t> expired_;         // that the caller has not heard of
  LocalTime no_expiry_before_ = kNoDeadline;  // a lower bound: a touch leaves it as it is
  std::string path_;                          // of the znode that is worked on
  std::vector<ZooKeeperTree::Index> doomed_;  // scratch
};

}  // namespace picklock
