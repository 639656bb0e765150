// The same command to several Redis servers at once, answered in the order of arrival.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "algorithms/redis_client.h"

namespace picklock {

// `fan_out.send(redis, args...)` once a server, then `co_await fan_out.next()` as often. Leaving the
// scope withdraws the replies that nobody waited for; their commands may still take effect.
class RedisFanOut {
 public:
  struct Answer {
    std::size_t position = 0;  // of the send(), from 0
    RedisReply reply;
  };

  RedisFanOut() = default;
  RedisFanOut(const RedisFanOut&) = delete;
  RedisFanOut& operator=(const RedisFanOut&) = delete;
  ~RedisFanOut() {
    for (Pending& pending : calls_) {
      if (!pending.answered) pending.client->withdraw(pending.call);
    }
  }

  template <class... Args>
  void send(RedisClient& client, const Args&... args) {
    Pending& pending = calls_.emplace_back(*this, calls_.size(), client);
    pending.call = client.send(pending, args...);
  }

  // Waits for the next reply; there must be one to wait for.
  class Next {
   public:
    explicit Next(RedisFanOut& fan_out) : fan_out_(fan_out) {}
    bool await_ready() const { return fan_out_.delivered_ < fan_out_.arrived_.size(); }
    template <class Waiter>
    void await_suspend(std::coroutine_handle<Waiter> waiter) {
      fan_out_.waiter_ = waiter;
      fan_out_.trampoline_ = &waiter.promise().trampoline();
    }
    Answer await_resume() { return std::move(fan_out_.arrived_[fan_out_.delivered_++]); }

   private:
    RedisFanOut& fan_out_;
  };
  Next next() {
    require(delivered_ < calls_.size(), "waiting for more replies than were asked for");
    return Next(*this);
  }

 private:
  struct Pending final : RedisClient::PendingReply {
    Pending(RedisFanOut& owner, std::size_t place, RedisClient& server)
        : fan_out(&owner), position(place), client(&server) {}
    void complete(RedisReply&& reply) override {
      answered = true;
      fan_out->arrived_.push_back(Answer{position, std::move(reply)});
      if (!fan_out->waiter_) return;
      fan_out->trampoline_->enqueue(std::exchange(fan_out->waiter_, {}));
    }
    RedisFanOut* fan_out;
    std::size_t position;
    RedisClient* client;
    std::uint64_t call = 0;
    bool answered = false;
  };

  std::deque<Pending> calls_;  // a deque: the world holds their addresses
  std::vector<Answer> arrived_;
  std::size_t delivered_ = 0;
  std::coroutine_handle<> waiter_;
  Trampoline* trampoline_ = nullptr;
};

}  // namespace picklock
