// All that a lock may ask of the world. The simulator and the real runner implement it; a lock cannot
// tell which one it runs in.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "algorithms/task.h"
#include "algorithms/token.h"
#include "base/require.h"
#include "base/time.h"

namespace picklock {

// The client's end of its connection to one server. Each protocol derives its own interface
// (RedisClient, ZooKeeperClient, ...) and names itself in `kProtocol`.
class ServerClient {
 public:
  virtual ~ServerClient() = default;
  virtual std::string_view protocol() const = 0;
};

// One process of one client. It outlives every coroutine of that process. Not thread-safe: a process
// has one thread, and its coroutines interleave only where they wait.
class Environment {
 public:
  class Sleep;
  class Step;

  virtual ~Environment() = default;

  // The clocks of this process. None of them is the truth.
  virtual LocalTime now() const = 0;       // monotonic; stands still while the machine is suspended
  virtual LocalTime boot_now() const = 0;  // monotonic; goes on while the machine is suspended
  virtual LocalTime wall_now() const = 0;  // calendar time; may jump, backwards too

  // `co_await env.sleep(d)`: at least d of now(). A negative duration is zero.
  Sleep sleep(Duration duration);
  // `co_await env.step("before the write")`: a named point where a scenario may place a pause or a
  // crash. Free unless a fault names it. The label must outlive the run: a literal.
  Step step(std::string_view label);

  // A token that no other call in this run returned, in any process.
  virtual Token fresh_token() = 0;
  // Uniform in [0, max].
  virtual Duration jitter(Duration max) = 0;
  // For searches that tell the states of a run apart by what its processes were handed; costs nothing elsewhere.
  // `amounts_to(observed(), n)` later: what came since then came to whoever says so, who said so of each answer, and
  // will never make a difference beyond the number `n` and the present time.
  virtual std::size_t observed() const { return 0; }
  virtual void amounts_to(std::size_t /*since*/, std::uint64_t /*summary*/) {}
  // Runs `task` beside the caller until it ends or the process dies. There is no forced cancellation:
  // a background task looks at its own flag after each wait.
  virtual void spawn(Task<void> task) = 0;

  // The lock tells its user that the current hold is gone (a renewal was refused, a session ended).
  virtual void report_lost() = 0;

  // The servers that the scenario gave to this lock, in order.
  virtual std::span<ServerClient* const> servers() = 0;
  // The server of that position, which must speak this protocol.
  template <class Client>
  Client& server(std::size_t position = 0) {
    require(position < servers().size(), "the lock asked for a server that it was not given");
    ServerClient* client = servers()[position];
    require(client->protocol() == Client::kProtocol, "the lock asked for another protocol");
    return static_cast<Client&>(*client);
  }

 private:
  virtual void resume_after(Duration duration, std::coroutine_handle<> waiter) = 0;
  // False: go on. True: the process was paused at this point and `waiter` resumes with it.
  virtual bool reached(std::string_view label) = 0;
  virtual void resume_with_process(std::coroutine_handle<> waiter) = 0;
};

class Environment::Sleep {
 public:
  Sleep(Environment& env, Duration duration) : env_(env), duration_(duration) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) { env_.resume_after(duration_, waiter); }
  void await_resume() const noexcept {}

 private:
  Environment& env_;
  Duration duration_;
};

class Environment::Step {
 public:
  Step(Environment& env, std::string_view label) : env_(env), label_(label) {}
  bool await_ready() { return !env_.reached(label_); }
  void await_suspend(std::coroutine_handle<> waiter) { env_.resume_with_process(waiter); }
  void await_resume() const noexcept {}

 private:
  Environment& env_;
  std::string_view label_;
};

inline Environment::Sleep Environment::sleep(Duration duration) {
  return Sleep(*this, duration);
}
inline Environment::Step Environment::step(std::string_view label) {
  return Step(*this, label);
}

}  // namespace picklock
