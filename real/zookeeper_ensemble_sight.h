// The supervisor's own sessions with the nodes of a ZooKeeper ensemble, and what they show.
//
// Nothing is asked of a node before all nodes have carried out what any of them has: so none answers from an older
// state than another. Each reply of a node names the last transaction that it has carried out.
//
// Each half tick of the shown time the leader asks its followers which sessions they have heard of. Whether it has done
// so is told by two sessions of ours at each follower, of which nobody else hears: the time-out of one is a whole number
// of ticks, that of the other half a tick more, and a session ends on a tick. So each time the leader hears of both,
// the end of one of them moves by a tick, which "dump" shows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "real/zookeeper_connection.h"
#include "real/zookeeper_sight.h"

namespace picklock {

class ZooKeeperMembers {
 public:
  virtual std::size_t size() const = 0;
  virtual std::size_t leader() const = 0;
  virtual std::uint16_t port(std::size_t i) const = 0;
  virtual bool is_up(std::size_t i) const = 0;
  // It is up, and not paused.
  virtual bool runs(std::size_t i) const = 0;
  // The leader waits for its next half tick, which is yet to come. It counts it from when it asked last, by the clock
  // that it looks at after that: until it waits, that clock must stand still.
  virtual bool awaits_half_tick() const = 0;

 protected:
  ~ZooKeeperMembers() = default;
};

class ZooKeeperEnsembleSight final : public ZooKeeperSight {
 public:
  // `members` outlives it.
  ZooKeeperEnsembleSight(const ZooKeeperMembers& members, Duration tick)
      : members_(members), tick_(tick) {}
  ZooKeeperEnsembleSight(const ZooKeeperEnsembleSight&) = delete;
  ZooKeeperEnsembleSight& operator=(const ZooKeeperEnsembleSight&) = delete;

  Diagnostics open(std::size_t i);
  // The last transaction that node i is known to have carried out; 0: it was never asked.
  std::int64_t close(std::size_t i);

  // What node i has executed all that run have carried out, and told whom it concerns. False: one does not answer.
  bool catch_up(std::size_t i);
  // Asks every node something: a reply that it kept back comes now.
  void nudge();
  // From here on the next question of the leader is seen. False: somebody does not answer.
  bool expect_question();
  // Whether the leader has heard of its followers, who then expect the next question. Nothing: it does not answer.
  std::optional<bool> has_asked();
  Diagnostics wait_until_asked();
  // A node that was paused has carried out what all have. True: it was asked meanwhile, and has answered now.
  Result<bool> resume(std::size_t i);

  bool collect(std::vector<ZkEvent>& events) override;
  std::string dump() override { return dump_zookeeper(members_.port(members_.leader())); }
  bool has(const std::string& path) override;

 private:
  struct Node {
    std::optional<ZooKeeperConnection> session{};     // its time-out is a whole number of ticks
    std::optional<ZooKeeperConnection> half_later{};  // half a tick more
    std::array<std::string, 2> ends{};                // of both, as the leader said last
    bool was_asked = false;                           // while it was paused
  };

  Node& at(std::size_t i);
  bool is_follower(std::size_t i);
  bool has_moved(std::size_t i, const std::string& dump);
  // It reads an answer session by session: one of ours may have moved before others are read. False: somebody is gone.
  bool leader_has_read_answers();

  const ZooKeeperMembers& members_;
  Duration tick_;
  std::vector<Node> nodes_;
};

}  // namespace picklock
