// A lock's connection to a Redis server, in a client process: hiredis' asynchronous interface on the
// process's event loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "algorithms/redis_client.h"
#include "real/event_loop.h"
#include "real/local_socket.h"
#include "real/wire.h"

struct redisAsyncContext;

namespace picklock {

class RedisLink final : public RedisClient {
 public:
  struct Options {
    LocalPlace place;  // the supervisor's end, or a server itself
    // Under which operation a command is sent, and when it is given up: asked at each send. Without a caller there is
    // no envelope: a server itself would not take it off.
    std::function<Caller()> caller;
    std::function<TrueTime()> give_up_at;
  };

  RedisLink(EventLoop& loop, Options options);
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;
  ~RedisLink() override;

  void withdraw(std::uint64_t call) override;

 private:
  struct Pending {
    PendingReply* reply = nullptr;
    EventLoop::Timer timer;
  };

  RedisCommand& begin() override { return command_; }
  std::uint64_t start(PendingReply& reply) override;
  // Answers a call, unless it was answered, given up or withdrawn before.
  void finish(std::uint64_t call, RedisReply&& reply);
  void give_up(std::uint64_t call);
  void connect();
  void watch(std::uint32_t more, std::uint32_t less);

  static void on_connect(const redisAsyncContext* context, int status);
  static void on_reply(redisAsyncContext* context, void* reply, void* call);
  static void on_disconnect(const redisAsyncContext* context, int status);

  EventLoop& loop_;
  Options options_;
  redisAsyncContext* context_ = nullptr;
  std::uint32_t events_ = 0;  // that hiredis waits for
  int file_ = -1;
  RedisCommand command_;
  RedisCommand envelope_;
  std::string bytes_;
  std::uint64_t next_call_ = 1;
  std::map<std::uint64_t, Pending> pending_;
};

}  // namespace picklock
