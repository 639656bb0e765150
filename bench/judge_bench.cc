// The judge on histories of a lock server: 10^3 to 10^7 operations, good and bad, waiting and trying.
//
// "per_sort" is the time over that of sorting the same history's returns, measured in the same run.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_file.h"
#include "checker/formats/history_reader.h"
#include "checker/judgement.h"
#include "checker/lock_server_history.h"

namespace picklock {
namespace {

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

constexpr Injection kNone = Injection::none;
constexpr Injection kDouble = Injection::double_grant;

void lock(benchmark::State& state, std::string_view specification_text, bool tries,
          Injection injection, std::uint64_t unknowns = 0) {
  const OperationHistory history =
      record_lock_server({.clients = static_cast<std::uint32_t>(state.range(0)),
                          .operations = static_cast<std::uint64_t>(state.range(1)),
                          .tries = tries,
                          .unknowns = unknowns,
                          .injection = injection});
  const double baseline = sort_seconds(history);
  const Specification specification = parse_specification(specification_text).value();
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

void with(benchmark::internal::Benchmark* bench, std::vector<std::int64_t> sizes) {
  for (const std::int64_t clients : {10, 50}) {
    for (const std::int64_t operations : sizes) bench->Args({clients, operations});
  }
  bench->Unit(benchmark::kMillisecond);
}
void sizes(benchmark::internal::Benchmark* bench) {
  with(bench, {10'000, 100'000, 1'000'000});
}
void large(benchmark::internal::Benchmark* bench) {
  with(bench, {100'000, 1'000'000});
}
void huge(benchmark::internal::Benchmark* bench) {
  with(bench, {10'000'000});
}
void ten_thousand(benchmark::internal::Benchmark* bench) {
  with(bench, {10'000});
}

BENCHMARK_CAPTURE(lock, waiting_good, "owner-mutex", false, kNone)->Apply(sizes)->Apply(huge);
BENCHMARK_CAPTURE(lock, waiting_double_grant, "owner-mutex", false, kDouble)
    ->Apply(sizes)
    ->Apply(huge);
BENCHMARK_CAPTURE(lock, trying_good, "owner-mutex", true, kNone)->Apply(sizes)->Apply(huge);
BENCHMARK_CAPTURE(lock, trying_double_grant, "owner-mutex", true, kDouble)->Apply(sizes);
BENCHMARK_CAPTURE(lock, trying_free_refusal, "owner-mutex", true, Injection::free_refusal)
    ->Apply(sizes);
BENCHMARK_CAPTURE(lock, unknown_good, "owner-mutex", false, kNone, 41)->Apply(ten_thousand);
BENCHMARK_CAPTURE(lock, unknown_double_grant, "owner-mutex", false, kDouble, 41)
    ->Apply(ten_thousand);
BENCHMARK_CAPTURE(lock, ownerless_good, "mutex", false, kNone)->Apply(sizes);
BENCHMARK_CAPTURE(lock, ownerless_double_grant, "mutex", false, kDouble)->Apply(sizes);
BENCHMARK_CAPTURE(lock, ownerless_unknown_double_grant, "mutex", false, kDouble, 41)
    ->Apply(ten_thousand);
BENCHMARK_CAPTURE(lock, rw_lock_good, "rw-lock", true, kNone)->Apply(large);
BENCHMARK_CAPTURE(lock, rw_lock_double_grant, "rw-lock", false, kDouble)->Apply(large);
BENCHMARK_CAPTURE(lock, semaphore_good, "semaphore:1", false, kNone)->Apply(large);
BENCHMARK_CAPTURE(lock, semaphore_double_grant, "semaphore:1", false, kDouble)->Apply(large);
BENCHMARK_CAPTURE(lock, lease_good, "lease:ttl=10s", false, kNone)->Apply(large);
BENCHMARK_CAPTURE(lock, lease_double_grant, "lease:ttl=10s", false, kDouble)->Apply(large);

// Logs that others published, from the folder that PICKLOCK_HISTORIES names.
void published(benchmark::State& state, std::string_view path, std::string_view specification,
               bool minimal = true) {
  const char* folder = std::getenv("PICKLOCK_HISTORIES");
  if (folder == nullptr) {
    state.SkipWithError("PICKLOCK_HISTORIES names no folder");
    return;
  }
  const std::string file = fmt::format("{}/{}", folder, path);
  const auto text = InputFile::open(file);
  const auto read = read_history(text.value().text(), {.file = file});
  const Specification parsed = parse_specification(specification).value();
  const JudgeLimits limits{.minimal = minimal};
  for (auto _ : state) benchmark::DoNotOptimize(judge(read.value().history, parsed, limits));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(read.value().history.operations.size()));
}
BENCHMARK_CAPTURE(published, etcd_mutex, "knossos/mutex/etcd-bad.edn", "mutex");
BENCHMARK_CAPTURE(published, etcd_owner_mutex, "knossos/mutex/etcd-bad.edn", "owner-mutex");
BENCHMARK_CAPTURE(published, etcd_register_002, "porcupine/test_data/jepsen/etcd_002.log",
                  "cas-register");
BENCHMARK_CAPTURE(published, kv_50_good, "porcupine/test_data/kv/c50-ok.txt", "kv");
BENCHMARK_CAPTURE(published, kv_50_bad, "porcupine/test_data/kv/c50-bad.txt", "kv");
// What other checkers answer: the verdict alone.
BENCHMARK_CAPTURE(published, kv_50_bad_verdict, "porcupine/test_data/kv/c50-bad.txt", "kv", false);

}  // namespace
}  // namespace picklock
