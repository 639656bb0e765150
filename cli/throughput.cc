#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/measurement.h"
#include "cli/real_throughput.h"
#include "search/performance.h"
#include "search/rerun.h"

namespace picklock::cli {
namespace {

constexpr std::uint64_t kRounds = 50;

struct ThroughputOptionsOfUser {
  MeasureOptionsOfUser common;
  std::string clients;  // "": 1,2,5,10,50, or 1,10,50 on real servers
  std::uint64_t rounds = kRounds;
  bool keep_faults = false;
  bool real = false;
  std::string time;              // on real servers
  std::vector<std::string> far;  // on real servers
  std::string rest;              // on real servers
};

constexpr std::int64_t kSteps = 60;  // of a curve over time

void fill(MeasuredPoint& point, Performance performance) {
  std::ranges::sort(performance.waits);
  std::ranges::sort(performance.hand_offs);
  point.active = performance.active;
  point.lock_messages = performance.lock_messages;
  point.server_operations = performance.server_operations;
  point.waits = quantiles_of(performance.waits);
  point.hand_offs = quantiles_of(performance.hand_offs);
  point.bypasses = performance.bypasses;
  point.most_bypassed = performance.most_bypassed;
  point.wait_distribution = distribution_of(performance.waits);
  if (performance.fairness_runs > 0) {
    point.fairness_millionths = performance.fairness_millionths / performance.fairness_runs;
  }
}

void fill_recovery(MeasuredPoint& point, Performance performance) {
  std::ranges::sort(performance.recoveries);
  point.recoveries = quantiles_of(performance.recoveries);
  point.holder_crashes = performance.holder_crashes;
  point.recovered = performance.recovered;
}

// Faults with an end of their own, or none; those that strike again and again are many.
std::vector<GrantSeries::Fault> faults_of(const History& history) {
  std::vector<GrantSeries::Fault> faults;
  std::vector<std::pair<std::int64_t, NodeId>> open;
  for (const Event& event : history.events) {
    if (event.kind == EventKind::fault && event.value >= 0) {
      const auto number = static_cast<std::size_t>(event.value);
      if (number >= history.subject->faults.size()) continue;
      faults.push_back({.from = event.at, .text = history.subject->faults[number]});
      open.emplace_back(event.value, event.node);
    }
    if (event.kind != EventKind::fault_end) continue;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const bool ends = open[i] == std::pair(event.value, event.node) && faults[i].until == kNever;
      if (ends) faults[i].until = event.at;
    }
  }
  return faults;
}

class Throughput {
 public:
  Throughput(const ThroughputOptionsOfUser& user, const MeasurePlan& plan)
      : user_(user), plan_(plan), vocabulary_(vocabulary_of(locks_)) {
    document_ = {.kind = MeasurementKind::throughput,
                 .version = PICKLOCK_VERSION,
                 .command = plan.command,
                 .jobs = user.common.jobs};
    for (const Axis& axis : plan.axes) document_.axes.push_back(axis.pointer);
  }

  bool load() {
    std::vector<Override> load = plan_.overrides;
    load.emplace_back("/clients/rounds", std::to_string(user_.rounds));
    load.emplace_back("/fixes", "[]");
    std::vector<Override> quiet = load;
    if (!user_.keep_faults) quiet.emplace_back("/faults", "[]");
    const auto points = load_grid(user_.common.files, plan_.axes, quiet, vocabulary_);
    if (!points) return false;
    points_ = *points;
    const auto faulty = load_grid(user_.common.files, {}, load, vocabulary_);
    if (!faulty) return false;
    for (const GridPoint& point : *faulty) {
      const Scenario& scenario = point.loaded.scenario;
      if (!scenario.faults.empty() || scenario.swarm) faulty_.push_back(point);
    }
    return true;
  }

  MeasurementDocument run() {
    const double started = wall_seconds();
    GridRunner runner("throughput", plan_, user_.common.jobs, points_, 2);
    for (const GridPoint& point : points_) {
      if (interrupted()) break;
      measure(point, runner);
    }
    for (const GridPoint& point : faulty_) {
      if (!interrupted()) follow(point);
    }
    document_.interrupted = interrupted();
    document_.wall_seconds = wall_seconds() - started;
    return std::move(document_);
  }

 private:
  void measure(const GridPoint& point, GridRunner& runner) {
    const SweepOptions options{.judge = false, .measure = true, .samples = true};
    SweepResult swept = runner.run(point.loaded.scenario, options);
    if (swept.runs == 0) return;
    MeasuredPoint& measured = document_.points.emplace_back(point_of(point, swept, plan_));
    fill(measured, std::move(swept.performance));
    const Scenario crashing = with_crash(point);
    if (crashing.clients.size() < 2 || interrupted()) return;
    fill_recovery(measured, runner.run(crashing, options).performance);
  }

  // The holder dies as soon as it has the lock, for the first time and for good.
  Scenario with_crash(const GridPoint& point) const {
    const std::vector<Override> crash{
        {"/clients/rounds", "1"},
        {"/faults", R"([{ "crash": "client-1", "when": "client-1 acquired" }])"}};
    const Result<LoadedScenario> loaded =
        parse_scenario(point.loaded.json, point.file, vocabulary_, crash);
    return loaded ? loaded->scenario : Scenario{};
  }

  void follow(const GridPoint& point) {
    const Scenario& scenario = point.loaded.scenario;
    GrantSeries series{.scenario = scenario.name, .lock = scenario.lock.algorithm};
    const std::uint64_t first = plan_.seeds.first.value_or(scenario.first_seed);
    const std::uint64_t last = plan_.seeds.last.value_or(scenario.last_seed);
    for (std::uint64_t seed = first; seed <= last && !interrupted(); ++seed) {
      const History history = record_run(scenario, locks_, seed).history;
      if (seed == first) {
        series.step = Duration(nanoseconds(history.end) / kSteps + 1);
        series.faults = faults_of(history);
      }
      const std::vector<std::uint64_t> grants = grants_over_time(history, series.step);
      series.grants.resize(std::max(series.grants.size(), grants.size()));
      for (std::size_t i = 0; i < grants.size(); ++i) series.grants[i] += grants[i];
      ++series.runs;
      if (seed == last) break;
    }
    if (series.runs > 0) document_.series.push_back(std::move(series));
  }

  const ThroughputOptionsOfUser& user_;
  const MeasurePlan& plan_;
  LockRegistry locks_ = builtin_locks();
  Vocabulary vocabulary_;
  std::vector<GridPoint> points_;
  std::vector<GridPoint> faulty_;
  MeasurementDocument document_;
};

// What is varied when the user names no numbers of clients in --vary.
void vary_clients(MeasureOptionsOfUser& common, const std::string& clients) {
  const bool varies_clients = std::ranges::any_of(common.vary, [](const std::string& one) {
    return one.starts_with("/clients/count=") || one.starts_with("clients/count=");
  });
  if (!varies_clients) common.vary.insert(common.vary.begin(), "/clients/count=" + clients);
}

std::string throughput_page(const MeasurePlan& plan) {
  const bool has_page =
      std::ranges::any_of(plan.outputs, [](const Output& one) { return one.kind == "html"; });
  return has_page ? "" : plan.command + " -o html=throughput.html";
}

Exit report_real(const MeasureOptionsOfUser& common, const MeasurePlan& plan,
                 const RealThroughputOutcome& outcome) {
  for (const std::string& why : outcome.not_run) {
    fmt::print(stderr, "picklock throughput: not run: {}\n", why);
  }
  print(outcome.trouble);
  const Exit exit = finish(common, plan, outcome.document, throughput_page(plan));
  return outcome.trouble.empty() ? exit : Exit::environment;
}

Exit real_throughput_command(const ThroughputOptionsOfUser& user) {
  constexpr Duration kTime = std::chrono::seconds(2);
  Complaints wrong;
  MeasureOptionsOfUser common = user.common;
  vary_clients(common, user.clients.empty() ? "1,10,50" : user.clients);
  MeasurePlan plan = parse_measure_options("throughput", common, wrong);
  plan.command += " --real";
  const auto time = user.time.empty() ? kTime : parse_duration(user.time);
  if (!time || *time <= Duration{}) {
    wrong.push_back(fmt::format("--time: expected a duration such as 2s, got {}", user.time));
  }
  if (!user.time.empty()) plan.command += " --time " + shell_word(user.time);
  const std::map<std::string, Duration> delays = parse_delays(user.far, wrong);
  for (const std::string& one : user.far) plan.command += " --far " + shell_word(one);
  const auto rest = user.rest.empty() ? std::optional(Duration{}) : parse_duration(user.rest);
  if (!rest || *rest < Duration{}) {
    wrong.push_back(fmt::format("--rest: expected a duration such as 20ms, got {}", user.rest));
  }
  if (!user.rest.empty()) plan.command += " --rest " + shell_word(user.rest);
  const bool is_virtual = !common.seeds.empty() || user.rounds != kRounds || user.keep_faults;
  if (is_virtual) wrong.emplace_back("--seeds, --rounds and --keep-faults are not for --real");
  for (const std::string& one : wrong) fmt::print(stderr, "picklock throughput: {}\n", one);
  if (!wrong.empty()) return Exit::usage;

  std::vector<Override> overrides = plan.overrides;
  overrides.emplace_back("/fixes", "[]");
  overrides.emplace_back("/faults", "[]");
  const LockRegistry locks = builtin_locks();
  const auto points = load_grid(common.files, plan.axes, overrides, vocabulary_of(locks));
  if (!points) return Exit::usage;
  listen_for_interrupt();
  return report_real(common, plan, measure_for_real({plan, *points, *time, delays, *rest}));
}

Exit throughput_command(const ThroughputOptionsOfUser& user) {
  if (user.real) return real_throughput_command(user);
  Complaints wrong;
  MeasureOptionsOfUser common = user.common;
  if (common.seeds.empty()) common.seeds = "1-20";
  vary_clients(common, user.clients.empty() ? "1,2,5,10,50" : user.clients);
  MeasurePlan plan = parse_measure_options("throughput", common, wrong);
  if (!user.time.empty() || !user.far.empty() || !user.rest.empty()) {
    wrong.emplace_back("--time, --far and --rest need --real");
  }
  if (user.rounds != kRounds) plan.command += fmt::format(" --rounds {}", user.rounds);
  if (user.keep_faults) plan.command += " --keep-faults";
  if (user.rounds == 0) wrong.emplace_back("--rounds: expected a number above 0, got 0");
  for (const std::string& one : wrong) fmt::print(stderr, "picklock throughput: {}\n", one);
  if (!wrong.empty()) return Exit::usage;
  Throughput throughput(user, plan);
  if (!throughput.load()) return Exit::usage;
  listen_for_interrupt();
  const MeasurementDocument document = throughput.run();
  return finish(common, plan, document, throughput_page(plan));
}

}  // namespace

void add_throughput(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ThroughputOptionsOfUser>();
  CLI::App* throughput = app.add_subcommand(
      "throughput",
      "Measures locks in virtual time (rate, waits, cost, fairness, recovery) or on real servers");
  add_measure_options(*throughput, user->common);
  throughput->add_option("--clients", user->clients, "how many clients: a point for each number");
  throughput->add_option("--rounds", user->rounds,
                         "how often each client acquires, if time allows");
  throughput->add_flag("--keep-faults", user->keep_faults,
                       "measure with the scenario's faults, which are left out otherwise");
  throughput->add_flag("--real", user->real,
                       "on real servers, in real time, beside what these can do at best");
  throughput->add_option("--time", user->time,
                         "with --real: how long each point's lock is measured; 2s");
  throughput
      ->add_option("--far", user->far,
                   "with --real: redis-5=20ms: how much longer a round trip to a server takes")
      ->allow_extra_args(false);
  throughput->add_option("--rest", user->rest,
                         "with --real: how long each client waits between its pairs; 0s");
  throughput->footer(
      "Example: picklock throughput scenarios/redis_token_quiet.json "
      "scenarios/zookeeper_recipe_quiet.json -o html=throughput.html");
  throughput->callback([user, &exit] { exit = throughput_command(*user); });
}

}  // namespace picklock::cli
