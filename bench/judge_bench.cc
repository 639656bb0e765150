// The judge on histories of a lock server: 10^3 to 10^7 operations, good and bad, waiting and trying.
//
// "per_sort" is the time over that of sorting the same history's returns, measured in the same run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "checker/judgement.h"
#include "checker/lock_server_history.h"

namespace picklock {
namespace {

constexpr SpecificationKind kOwner = SpecificationKind::owner_mutex;
constexpr SpecificationKind kMutex = SpecificationKind::mutex;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double sort_seconds(const OperationHistory& history) {
  std::vector<TrueTime> returns;
  for (const Operation& operation : history.operations) returns.push_back(operation.returned);
  const auto start = Clock::now();
  std::ranges::sort(returns);
  benchmark::DoNotOptimize(returns.data());
  return seconds_since(start);
}

void lock(benchmark::State& state, SpecificationKind kind, bool tries, Injection injection) {
  const OperationHistory history =
      record_lock_server({.clients = static_cast<std::uint32_t>(state.range(0)),
                          .operations = static_cast<std::uint64_t>(state.range(1)),
                          .tries = tries,
                          .injection = injection});
  const double baseline = sort_seconds(history);
  const Specification specification = default_specification(kind);
  const auto expected = injection == Injection::none ? Status::holds : Status::violated;
  double spent = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    const Judgement judgement = judge(history, specification);
    spent += seconds_since(start);
    if (judgement.status != expected) state.SkipWithError("a wrong verdict");
  }
  state.counters["per_sort"] = spent / static_cast<double>(state.iterations()) / baseline;
  state.SetItemsProcessed(state.iterations() * state.range(1));
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t clients : {10, 50}) {
    for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
      bench->Args({clients, operations});
    }
  }
  bench->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(lock, waiting_good, kOwner, false, Injection::none)->Apply(sizes);
BENCHMARK_CAPTURE(lock, waiting_double_grant, kOwner, false, Injection::double_grant)->Apply(sizes);
BENCHMARK_CAPTURE(lock, trying_good, kOwner, true, Injection::none)->Apply(sizes);
BENCHMARK_CAPTURE(lock, trying_double_grant, kOwner, true, Injection::double_grant)->Apply(sizes);
BENCHMARK_CAPTURE(lock, trying_free_refusal, kOwner, true, Injection::free_refusal)->Apply(sizes);
BENCHMARK_CAPTURE(lock, ownerless_good, kMutex, false, Injection::none)->Apply(sizes);
BENCHMARK_CAPTURE(lock, ownerless_double_grant, kMutex, false, Injection::double_grant)
    ->Apply(sizes);

}  // namespace
}  // namespace picklock
