// The kernel's speed: the event queue alone, and a lock ping-pong with all that a message costs.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "base/hash.h"
#include "bench/ping_pong.h"
#include "sim/event_queue.h"

namespace picklock {
namespace {

// The hold model: pop the earliest event and push another, with a constant number pending.
void event_queue_hold(benchmark::State& state) {
  EventQueue queue;
  std::uint64_t draw = 1;
  const auto increment = [&draw] {
    draw = mix(draw);
    return Duration{static_cast<std::int64_t>(draw >> 44)};  // up to 1 ms
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.push(queue.now() + increment(), {});
  for (auto _ : state) {
    const EventQueue::Payload payload = queue.pop();
    queue.push(queue.now() + increment(), payload);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(event_queue_hold)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->Arg(100'000);

// Each step also arms a time-out far away and cancels it, as every call does.
void event_queue_hold_and_cancel(benchmark::State& state) {
  EventQueue queue;
  std::uint64_t draw = 1;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    draw = mix(draw);
    queue.push(true_time(static_cast<std::int64_t>(draw >> 44)), {});
  }
  for (auto _ : state) {
    const EventQueue::Payload payload = queue.pop();
    draw = mix(draw);
    const auto timeout = queue.push(queue.now() + std::chrono::milliseconds(50), payload);
    queue.push(queue.now() + Duration{static_cast<std::int64_t>(draw >> 44)}, payload);
    queue.cancel(timeout);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(event_queue_hold_and_cancel)->Arg(10)->Arg(1'000)->Arg(100'000);

void ping_pong(benchmark::State& state) {
  bench::PingPong world(static_cast<std::uint32_t>(state.range(0)));
  std::uint64_t messages = 0;
  std::uint64_t seed = 0;
  for (auto _ : state) messages += world.run(++seed, 200'000);
  if (world.grants() == 0) state.SkipWithError("nobody was granted the lock");
  state.counters["messages"] =
      benchmark::Counter(static_cast<double>(messages), benchmark::Counter::kIsRate);
}
BENCHMARK(ping_pong)->Arg(5)->Arg(50)->Arg(500);

}  // namespace
}  // namespace picklock
