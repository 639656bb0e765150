// The same command to several Redis servers at once, answered in the order of arrival.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "algorithms/frame_pool.h"
#include "algorithms/redis_client.h"
#include "base/require.h"

namespace picklock {

// `RedisFanOut fan_out(servers)`, `fan_out.send(redis, args...)` at most once a server, then
// `co_await fan_out.next()` as often. Leaving the scope withdraws the replies that nobody waited for; their
// commands may still take effect.
class RedisFanOut {
 public:
  struct Answer {
    std::size_t position;     // of the send(), from 0
    const RedisReply& reply;  // as long as the fan-out
  };

  explicit RedisFanOut(std::size_t servers) { calls_.reserve(servers); }
  RedisFanOut(const RedisFanOut&) = delete;
  RedisFanOut& operator=(const RedisFanOut&) = delete;
  ~RedisFanOut() {
    for (Pending& pending : calls_) {
      if (!pending.answered) pending.client->withdraw(pending.call);
    }
  }

  template <class... Args>
  void send(RedisClient& client, const Args&... args) {
    require(calls_.size() < calls_.capacity(),
            "a fan-out asks no more servers than it was made for");
    Pending& pending = calls_.emplace_back(*this, client);
    pending.call = client.send(pending, args...);
  }

  // Waits for the next reply; there must be one to wait for.
  class Next {
   public:
    explicit Next(RedisFanOut& fan_out) : fan_out_(fan_out) {}
    bool await_ready() const { return fan_out_.delivered_ < fan_out_.arrived_; }
    template <class Waiter>
    void await_suspend(std::coroutine_handle<Waiter> waiter) {
      fan_out_.waiter_ = waiter;
      fan_out_.trampoline_ = &waiter.promise().trampoline();
    }
    Answer await_resume() {
      const std::size_t position = fan_out_.calls_[fan_out_.delivered_++].arrived;
      return {position, fan_out_.calls_[position].reply};
    }

   private:
    RedisFanOut& fan_out_;
  };
  Next next() {
    require(delivered_ < calls_.size(), "waiting for more replies than were asked for");
    return Next(*this);
  }

 private:
  struct Pending final : RedisClient::PendingReply {
    Pending(RedisFanOut& owner, RedisClient& server) : fan_out(&owner), client(&server) {}
    void complete(RedisReply&& news) override {
      answered = true;
      reply = std::move(news);
      fan_out->on_arrival(*this);
    }
    RedisFanOut* fan_out;
    RedisClient* client;
    std::uint64_t call = 0;
    std::size_t arrived = 0;  // which call's reply arrived when this many had come before
    bool answered = false;
    RedisReply reply;
  };

  void on_arrival(const Pending& pending) {
    calls_[arrived_++].arrived = static_cast<std::size_t>(&pending - calls_.data());
    if (waiter_) trampoline_->enqueue(std::exchange(waiter_, {}));
  }

  // Never grows beyond its capacity: the world holds the addresses.
  std::vector<Pending, FrameAllocator<Pending>> calls_;
  std::size_t arrived_ = 0;
  std::size_t delivered_ = 0;
  std::coroutine_handle<> waiter_;
  Trampoline* trampoline_ = nullptr;
};

}  // namespace picklock
