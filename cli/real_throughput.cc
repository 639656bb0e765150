#include "cli/real_throughput.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "cli/progress.h"
#include "real/child.h"
#include "real/redis_benchmark.h"
#include "real/throughput.h"
#include "sim/plan.h"

namespace picklock::cli {
namespace {

constexpr std::uint64_t kRounds = 5;  // of which the median counts

class RealMeasurer {
 public:
  explicit RealMeasurer(const RealThroughputPlan& plan) : plan_(plan) {
    outcome_.document = {.kind = MeasurementKind::real_throughput,
                         .version = PICKLOCK_VERSION,
                         .command = plan.plan.command};
    for (const Axis& axis : plan.plan.axes) outcome_.document.axes.push_back(axis.pointer);
  }

  RealThroughputOutcome run() {
    const double started = wall_seconds();
    const auto is_of_redis = [](const GridPoint& point) {
      return point.loaded.scenario.servers.kind == "redis";
    };
    if (std::ranges::any_of(plan_.points, is_of_redis) && !is_program(kRedisBenchmark)) {
      fmt::print(stderr,
                 "picklock: without {} there is no ceiling. On Debian 12: apt-get install "
                 "redis-tools\n",
                 kRedisBenchmark);
    }
    for (const GridPoint& point : plan_.points) {
      if (interrupted() || !outcome_.trouble.empty()) break;
      const std::vector<std::string> obstacles = obstacles_of(point.loaded.scenario);
      for (const std::string& why : obstacles) {
        outcome_.not_run.push_back(fmt::format("{}: {}", name_of(point), why));
      }
      if (obstacles.empty()) measure(point);
      done_ += kRounds;
    }
    outcome_.document.interrupted = interrupted();
    outcome_.document.wall_seconds = wall_seconds() - started;
    return std::move(outcome_);
  }

 private:
  std::string name_of(const GridPoint& point) const {
    std::string name = point.loaded.scenario.name;
    for (std::size_t i = 0; i < point.settings.size(); ++i) {
      name += fmt::format(" {}={}", plan_.plan.axes[i].pointer, point.settings[i]);
    }
    return name;
  }

  std::vector<std::string> obstacles_of(const Scenario& scenario) const {
    std::vector<std::string> found = throughput_obstacles(scenario);
    const std::vector<std::string> nodes = node_names(scenario);
    for (const auto& [node, delay] : plan_.delays) {
      const bool is_server = node.starts_with(scenario.servers.kind + "-") &&
                             std::ranges::find(nodes, node) != nodes.end();
      if (!is_server) found.push_back(fmt::format("it has no server {} to be far away", node));
    }
    return found;
  }

  void measure(const GridPoint& point) {
    const Scenario& scenario = point.loaded.scenario;
    RealThroughput throughput(scenario, locks_,
                              {.length = plan_.time / kRounds,
                               .delays = plan_.delays,
                               .rest = plan_.rest,
                               .stop = &interrupted()});
    outcome_.trouble = throughput.start();
    MeasuredPoint measured{.scenario = scenario.name,
                           .file = point.file,
                           .lock = scenario.lock.algorithm,
                           .settings = point.settings,
                           .planned_runs = kRounds};
    while (measured.rounds.size() < kRounds && outcome_.trouble.empty() && !interrupted()) {
      progress_.show(done_ + measured.rounds.size(), kRounds * plan_.points.size());
      const auto round = throughput.measure();
      if (!round) {
        outcome_.trouble = round.error();
      } else if (*round) {
        measured.rounds.push_back(to_report(**round));
      }
    }
    if (measured.rounds.empty()) return;
    measured.runs = measured.rounds.size();
    std::vector<Duration> acquires = throughput.counts().acquires;
    std::ranges::sort(acquires);
    measured.asked = throughput.counts().asked;
    measured.granted = acquires.size();
    measured.waits = quantiles_of(acquires);
    measured.wait_distribution = distribution_of(acquires);
    outcome_.document.points.push_back(std::move(measured));
  }

  static PairRound to_report(const RealThroughput::Round& round) {
    PairRound report{.pairs = round.pairs, .length = round.length};
    if (round.ceiling) report.ceiling = static_cast<std::uint64_t>(std::llround(*round.ceiling));
    return report;
  }

  const RealThroughputPlan& plan_;
  LockRegistry locks_ = builtin_locks();
  Progress progress_{"throughput", "rounds"};
  std::uint64_t done_ = 0;  // rounds
  RealThroughputOutcome outcome_;
};

}  // namespace

std::map<std::string, Duration> parse_delays(const std::vector<std::string>& texts,
                                             Complaints& wrong) {
  std::map<std::string, Duration> delays;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const auto length =
        equals == std::string::npos ? std::nullopt : parse_duration(text.substr(equals + 1));
    if (equals == 0 || !length || *length < Duration{}) {
      wrong.push_back(
          fmt::format("--far: expected SERVER=DURATION, such as redis-5=20ms, got {}", text));
    } else if (!delays.emplace(text.substr(0, equals), *length).second) {
      wrong.push_back(fmt::format("--far: {} is given twice", text.substr(0, equals)));
    }
  }
  return delays;
}

RealThroughputOutcome measure_for_real(const RealThroughputPlan& plan) {
  return RealMeasurer(plan).run();
}

}  // namespace picklock::cli
