// The replies to WAIT that are kept back: until enough replicas have the writes, or the time-out, which is on the
// server's wall clock.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "sim/kernel.h"
#include "sim/redis_node.h"

namespace picklock {

// Whoever holds the calls of clients.
class WaitHost {
 public:
  virtual void answer_wait(std::uint32_t ticket, std::uint32_t replicas) = 0;
  // The server is gone, or no primary any more: nobody will be answered.
  virtual void abandon_wait(std::uint32_t ticket) = 0;

 protected:
  ~WaitHost() = default;
};

class RedisWaits final : public Handler {
 public:
  RedisWaits(Kernel& kernel, WaitHost& host) : kernel_(kernel), host_(host) {}  // both outlive it

  void reset();
  // Each ticket is answered or abandoned, once. `primary` outlives the wait.
  void add(RedisNode& primary, const RedisWait& wait, std::uint32_t ticket);
  // Replicas have acknowledged something: answers those who wait for no more than that.
  void settle(const RedisNode& primary);
  void abandon(const RedisNode& primary);
  void on_clock_change(const RedisNode& primary);

  void fire(const Kernel::Payload& payload) override;

 private:
  struct Waiting {
    RedisNode* primary = nullptr;
    RedisWait wait;
    std::uint32_t ticket = 0;
    std::uint32_t number = 0;
    LocalTime due{};  // shown by the primary's wall clock; only with a time-out
    Kernel::Ticket timeout;

    std::uint32_t replicas() const { return primary->model().replicas_with(wait.offset); }
  };

  void arm(Waiting& waiting);
  // Takes out those who wait for `primary`: all, or those whose replicas are enough.
  std::vector<Waiting> take(const RedisNode& primary, bool all);

  Kernel& kernel_;
  WaitHost& host_;
  std::vector<Waiting> waiting_;  // in the order in which they came
  std::uint32_t next_number_ = 0;
};

}  // namespace picklock
