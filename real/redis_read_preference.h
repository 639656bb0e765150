// A client of a primary and of one of its replicas: what only reads goes to the replica.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "algorithms/redis_client.h"
#include "sim/servers/redis_replication.h"

namespace picklock {

class RedisReadPreference final : public RedisClient {
 public:
  RedisReadPreference(std::unique_ptr<RedisClient> primary, std::unique_ptr<RedisClient> replica)
      : primary_(std::move(primary)), replica_(std::move(replica)) {}

  // The number of a call says in its lowest bit where it went.
  void withdraw(std::uint64_t call) override {
    (call % 2 == 0 ? primary_ : replica_)->withdraw(call / 2);
  }

 private:
  RedisCommand& begin() override { return command_; }
  std::uint64_t start(PendingReply& reply) override {
    if (only_reads(command_)) return 2 * replica_->send(reply, command_) + 1;
    return 2 * primary_->send(reply, command_);
  }

  std::unique_ptr<RedisClient> primary_;
  std::unique_ptr<RedisClient> replica_;
  RedisCommand command_;
};

}  // namespace picklock
