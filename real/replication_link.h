// The replication link of one replica: the connection between it and its primary, with the supervisor in the middle.
//
// The two halves are apart. Towards the replica the link is a primary: it answers the handshake, and then sends what
// it is told to, when it is told to. Towards the primary it is a replica: it takes a full copy, and then everything
// that the primary sends, batch by batch. What one side has sent reaches the other when the scenario's network says so.
// Every call returns when the server at the other end has done its part: these are exchanges of one instant.
//
// Source: redis-server 7.0.15 (replication.c) and redis.io on PSYNC.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "base/result.h"
#include "real/redis_connection.h"
#include "real/replication_state.h"

namespace picklock {

class ReplicationLink {
 public:
  // `replica_port` is where the replica itself listens; the primary is told so.
  static Result<ReplicationLink> make(std::uint16_t replica_port);
  ReplicationLink(ReplicationLink&& other) noexcept;
  ReplicationLink& operator=(ReplicationLink&&) = delete;
  ~ReplicationLink();

  // Where the replica is to find its primary.
  std::uint16_t port() const { return port_; }
  // Ends both halves. The replica connects again by itself.
  void close();
  void close_primary();
  bool has_primary() const { return primary_ >= 0; }

  // Takes everything that the primary holds now, which is numbered `batch`. What it writes from now on is taken too.
  Diagnostics copy_from(std::uint16_t primary_port, const RedisConnection& primary,
                        std::uint64_t batch);
  // Takes what the primary has written until its stream is `written` bytes long. `is_batch`: some of it was a write,
  // and it is batch number `batch`.
  Diagnostics take_until(std::int64_t written, std::uint64_t batch, bool& is_batch);

  // Gives the replica the copy, and waits until it follows. The number of its batch.
  Result<std::uint64_t> give_copy(const RedisConnection& replica);
  // Gives the replica all up to this batch, and waits until it has applied it.
  Diagnostics give_until(std::uint64_t batch, const RedisConnection& replica);
  // Tells the primary that the replica has all up to this batch, and waits until it knows.
  Diagnostics acknowledge(std::uint64_t batch, const RedisConnection& primary);

 private:
  struct Batch {
    std::uint64_t number = 0;
    std::int64_t end = 0;  // of the stream
    std::string bytes;
  };

  ReplicationLink(int listener, std::uint16_t port, std::uint16_t replica_port)
      : listener_(listener), port_(port), replica_port_(replica_port) {}
  Diagnostics accept_replica();
  bool greet_replica();
  Diagnostics greet_primary(std::uint16_t primary_port);
  Diagnostics take_copy();
  Diagnostics read_primary(std::string& to, const char* what) const;

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::uint16_t replica_port_ = 0;
  int replica_ = -1;
  int primary_ = -1;

  std::string copy_;  // from "+FULLRESYNC" on; empty: it was given
  std::uint64_t copy_batch_ = 0;
  std::int64_t copy_end_ = 0;  // of the stream
  std::int64_t read_ = 0;      // of the stream: so much of it came from the primary
  std::string unnumbered_;     // behind the last batch: no writes
  std::deque<Batch> batches_;  // that the replica does not have yet
  std::deque<std::pair<std::uint64_t, std::int64_t>> ends_;  // of batches that are not acknowledged
};

}  // namespace picklock
