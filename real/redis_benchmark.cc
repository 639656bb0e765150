#include "real/redis_benchmark.h"

#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

#include "real/child.h"
#include "real/patience.h"

namespace picklock {

Result<double> run_redis_benchmark(const RedisBenchmark& how, const RedisCommand& command,
                                   const std::function<bool()>& stop) {
  using Ran = Result<double>;
  std::vector<std::string> words{kRedisBenchmark,
                                 "-p",
                                 std::to_string(how.port),
                                 "-c",
                                 std::to_string(how.connections),
                                 "-n",
                                 std::to_string(how.count),
                                 "--csv"};
  for (std::size_t i = 0; i < command.size(); ++i) words.emplace_back(command[i]);
  Result<Child> child = Child::run(words, {}, how.output);
  if (!child) return Ran(child.error());
  bool stopped = false;
  becomes_true([&] { return child->ended() || (stopped = stop()); }, how.patience);
  if (stopped) return Ran(0);
  const auto status = child->ended();
  std::ifstream file(how.output, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const double rate = rate_of_redis_benchmark(text);
  if (rate > 0) return Ran(rate);
  return Ran::failure("expected redis-benchmark to print a rate, but it " +
                      (status ? describe_end(*status) : "went on and on") +
                      " and printed: " + text);
}

// A line of headings, then the command as it was given, lines and quotes of its own in it, and seven numbers in quotes:
// the rate, then latencies.
double rate_of_redis_benchmark(std::string_view csv) {
  constexpr int kNumbers = 7;
  constexpr std::string_view kBetween = "\",\"";
  std::size_t begin = csv.size();
  for (int i = 0; i < kNumbers; ++i) {
    begin = begin == 0 ? std::string_view::npos : csv.rfind(kBetween, begin - 1);
    if (begin == std::string_view::npos) return 0;
  }
  const std::string_view number = csv.substr(begin + kBetween.size());
  double rate = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rate);
  return error == std::errc{} && *end == '"' ? rate : 0;
}

}  // namespace picklock
