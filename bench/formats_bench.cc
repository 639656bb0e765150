// Readers and writers in bytes a second, beside the memory's own speed in the same run.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>

#include "base/hash.h"
#include "checker/formats/history_reader.h"
#include "checker/formats/history_writer.h"

namespace picklock {
namespace {

constexpr std::uint32_t kOperations = 200'000;

// Ten clients with the lock in turn, as a lock server's history looks.
OperationHistory lock_history() {
  OperationHistory history;
  history.objects = {""};
  for (int i = 0; i < 10; ++i) history.processes.push_back(std::to_string(i));
  history.owners = history.processes;
  std::int64_t now = 1'000'000;
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    Operation& operation = history.operations.emplace_back();
    now += 1'000 + static_cast<std::int64_t>(mix(i) >> 45);
    operation.invoked = true_time(now);
    operation.returned = true_time(now + 10'000);
    operation.process = operation.owner = i % 10;
    operation.verb = i / 10 % 2 == 0 ? Verb::acquire : Verb::release;
    operation.outcome = Outcome::ok;
  }
  return history;
}

OperationHistory register_history() {
  OperationHistory history = lock_history();
  history.times_are_positions = true;
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    Operation& operation = history.operations[i];
    const std::uint64_t draw = mix(i) >> 60;
    const Value value = Value::integer(static_cast<std::int64_t>(draw % 5));
    operation.verb = draw < 5 ? Verb::read : draw < 10 ? Verb::write : Verb::compare_and_set;
    if (operation.verb == Verb::read) {
      operation.result = value;
    } else {
      const Value pair[] = {value, Value::integer(3)};
      operation.argument = draw < 10 ? value : history.values.list(pair);
    }
  }
  return history;
}

std::string written(void (*write)(const OperationHistory&, const TextSink&),
                    const OperationHistory& history) {
  std::string text;
  write(history, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string csv_of(const OperationHistory& history) {
  std::string text = "process,f,outcome,invoked,returned\n";
  for (const Operation& operation : history.operations) {
    text += history.processes[operation.process] + "," + std::string(to_string(operation.verb)) +
            ",ok," + std::to_string(nanoseconds(operation.invoked)) + "," +
            std::to_string(nanoseconds(operation.returned)) + "\n";
  }
  return text;
}

void set_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void read(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    const auto history = read_history(text, {.file = "bench"});
    if (!history || history->history.operations.size() != kOperations ||
        history->history.malformed != 0) {
      state.SkipWithError("the history is not what was written");
      return;
    }
  }
  set_bytes(state, text.size());
}

void copy_bytes(benchmark::State& state) {
  const std::string text = written(write_edn, lock_history());
  std::string copy(text.size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), text.data(), text.size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  set_bytes(state, text.size());
}
BENCHMARK(copy_bytes);

void find_lines(benchmark::State& state) {
  const std::string text = written(write_edn, lock_history());
  for (auto _ : state) {
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) ++lines;
    benchmark::DoNotOptimize(lines);
  }
  set_bytes(state, text.size());
}
BENCHMARK(find_lines);

void read_edn_lock(benchmark::State& state) {
  read(state, written(write_edn, lock_history()));
}
BENCHMARK(read_edn_lock);

void read_edn_register(benchmark::State& state) {
  read(state, written(write_edn, register_history()));
}
BENCHMARK(read_edn_register);

void read_operation_lines(benchmark::State& state) {
  read(state, written(write_operation_lines, lock_history()));
}
BENCHMARK(read_operation_lines);

void read_csv(benchmark::State& state) {
  read(state, csv_of(lock_history()));
}
BENCHMARK(read_csv);

void write(benchmark::State& state, void (*writer)(const OperationHistory&, const TextSink&)) {
  const OperationHistory history = lock_history();
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    writer(history, [&](std::string_view piece) { bytes += piece.size(); });
  }
  set_bytes(state, bytes);
}
BENCHMARK_CAPTURE(write, edn, write_edn);
BENCHMARK_CAPTURE(write, operation_lines, write_operation_lines);

}  // namespace
}  // namespace picklock
