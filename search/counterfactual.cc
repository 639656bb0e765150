#include "search/counterfactual.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/require.h"
#include "base/wide.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/vocabulary.h"
#include "sim/world.h"

namespace picklock {
namespace {

// Counts runs for whoever watches, and looks whether to stop.
class Runner {
 public:
  Runner(const std::string& property, const LockRegistry& locks,
         const CounterfactualOptions& options)
      : property_(*find_property(property)), locks_(locks), options_(options) {}

  bool is_stopped() const {
    return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  }

  // The run stays valid until the next one of this world.
  Status judge(const RunResult& run) {
    ++runs_;
    if (options_.progress) options_.progress(runs_);
    timeline_.assign(run.history);
    return property_.judge(timeline_, options_.limits).status;
  }

  const LockRegistry& locks() const { return locks_; }
  const CounterfactualOptions& options() const { return options_; }

 private:
  const Property& property_;
  const LockRegistry& locks_;
  const CounterfactualOptions& options_;
  Timeline timeline_;
  std::uint64_t runs_ = 0;
};

std::vector<TrueTime> first_strikes(const History& history, std::size_t faults) {
  std::vector<TrueTime> strikes(faults, kNever);
  for (const Event& event : history.events) {
    if (event.kind != EventKind::fault) continue;
    TrueTime& first = strikes[static_cast<std::size_t>(event.value)];
    first = std::min(first, event.at);
  }
  return strikes;
}

Scenario with_faults_before(const Scenario& scenario, const std::vector<TrueTime>& strikes,
                            TrueTime end) {
  Scenario begun = scenario;
  begun.faults.clear();
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    if (strikes[i] < end) begun.faults.push_back(scenario.faults[i]);
  }
  return begun;
}

// Draws for aiming: hash(seed, fault, what is drawn).
class Aim {
 public:
  Aim(std::uint64_t seed, std::size_t fault) : base_(mix(mix(seed) ^ mix(fault + 1))) {}
  // One of `count`.
  std::uint64_t of(std::uint64_t count) {
    const std::uint64_t value = mix(base_ + ++drawn_);
    return static_cast<std::uint64_t>(static_cast<Uint128>(value) * count >> 64);
  }
  Duration up_to(Duration most) {
    return Duration{static_cast<std::int64_t>(of(static_cast<std::uint64_t>(most.count()) + 1))};
  }

 private:
  std::uint64_t base_;
  std::uint64_t drawn_ = 0;
};

struct Point {
  std::string name;
  bool before = false;
};

// What a client does in a round, and what its lock calls its own steps.
std::vector<Point> points_of(const Scenario& scenario, const LockRegistry& locks) {
  std::vector<Point> points{{"acquire", true}, {"acquired"}, {"release", true}, {"released"}};
  const auto calls = [&]() -> std::vector<std::string> {
    switch (scenario.resource.workload) {
      case Workload::counter:
        return {"read", "write"};
      case Workload::flash_sale:
        return {"read", "sell"};
      case Workload::scheduled_job:
        return {"run"};
      case Workload::none:
        break;
    }
    return {};
  }();
  for (const std::string& call : calls) {
    points.push_back({call, true});
    points.push_back({call});
  }
  for (const Vocabulary::LockEntry& lock : vocabulary_of(locks).locks) {
    if (lock.name != scenario.lock.algorithm) continue;
    for (const std::string& step : lock.steps) points.push_back({step});
  }
  return points;
}

std::string client_named(std::uint64_t number) {
  return "client-" + std::to_string(number);
}

// As much longer as the lease has become.
Duration stretched(Duration length, Duration before, Duration now) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000;  // eleven days; nothing outlasts it
  const bool grows = before > Duration::zero() && now > before && now != kForever;
  if (!grows || length.count() >= kMost || length <= Duration::zero()) return length;
  const Uint128 longer = static_cast<Uint128>(length.count()) * static_cast<Uint128>(now.count()) /
                         static_cast<Uint128>(before.count());
  return Duration{static_cast<std::int64_t>(std::min<Uint128>(longer, kMost))};
}

void aim_anchor(Fault& fault, const Scenario& scenario, const std::vector<Point>& points,
                Aim& aim) {
  const bool is_of_client = fault.on.size() == 1 && fault.on.front().starts_with("client-");
  const std::string client =
      is_of_client ? fault.on.front() : client_named(1 + aim.of(scenario.clients.size()));
  const Point& point = points[aim.of(points.size())];
  const std::size_t number = std::stoul(client.substr(7)) - 1;
  const std::uint32_t rounds = std::max(1U, scenario.clients[number].rounds);
  fault.when = Anchor{.kind = point.before ? Anchor::Kind::before : Anchor::Kind::after,
                      .node = client,
                      .point = point.name,
                      .nth = 1 + static_cast<std::uint32_t>(aim.of(std::min(rounds, 3U)))};
}

Share count_aimed_anew(const Scenario& scenario, Duration lease_before, Runner& runner) {
  Share share;
  if (scenario.faults.empty()) return share;
  for (std::uint64_t seed = 1; seed <= runner.options().seeds && !runner.is_stopped(); ++seed) {
    World world(aimed_anew(scenario, lease_before, runner.locks(), seed), runner.locks());
    const RunResult& run = world.run(Choices::random(seed));
    const bool has_struck = std::ranges::all_of(run.strikes, [](auto times) { return times > 0; });
    const Status status = runner.judge(run);
    if (!has_struck && status != Status::violated) continue;
    ++share.runs;
    if (status == Status::violated) ++share.violated;
  }
  return share;
}

Trial try_plan(const Scenario& scenario, Duration lease_before,
               const std::vector<NamedChoice>& choices, Runner& runner) {
  Trial trial;
  World world(scenario, runner.locks());
  const RunResult& run = world.run(Choices::replay(keyed(choices)));
  trial.grants = run.grants;
  trial.on_schedule = runner.judge(run);
  trial.aimed_anew = count_aimed_anew(scenario, lease_before, runner);
  return trial;
}

}  // namespace

Scenario aimed_anew(const Scenario& scenario, Duration lease_before, const LockRegistry& locks,
                    std::uint64_t seed) {
  Scenario anew = scenario;
  const auto stretch = [&](Duration& length) {
    length = stretched(length, lease_before, anew.lock.ttl);
  };
  stretch(anew.duration);
  stretch(anew.lock.wait);
  const std::vector<Point> points = points_of(scenario, locks);
  for (std::size_t i = 0; i < anew.faults.size(); ++i) {
    Fault& fault = anew.faults[i];
    Aim aim(seed, i);
    const bool is_standing = fault.kind == FaultKind::pause || fault.kind == FaultKind::suspend ||
                             fault.kind == FaultKind::partition;
    const bool is_of_messages = fault.kind == FaultKind::delay || fault.kind == FaultKind::lose ||
                                fault.kind == FaultKind::duplicate ||
                                fault.kind == FaultKind::reorder;
    if (is_standing && fault.length.kind == DurationSpec::Kind::constant) {
      stretch(fault.length.min);
      const Duration more = aim.up_to(std::min(fault.length.min, anew.duration));
      if (fault.length.min != kForever) fault.length.min += more;
      anew.duration += more;
    }
    if (is_of_messages) {
      stretch(fault.by);
      fault.message.nth = 1 + static_cast<std::uint32_t>(aim.of(3));
    } else if (!fault.when.every) {
      aim_anchor(fault, scenario, points, aim);
    }
  }
  return anew;
}

std::vector<Share> inevitability(const Scenario& scenario, const std::vector<NamedChoice>& choices,
                                 const std::string& property, std::span<const TrueTime> instants,
                                 const LockRegistry& locks, const CounterfactualOptions& options) {
  Runner runner(property, locks, options);
  const std::vector<TrueTime> strikes =
      first_strikes(replay_run(scenario, locks, choices).history, scenario.faults.size());
  std::vector<Share> shares;
  for (std::size_t i = 0; i < instants.size(); ++i) {
    // What happens at an instant belongs to the past of the last step of that instant: a fault that strikes
    // as soon as somebody got the lock had not begun when he got it.
    const bool is_last = i + 1 == instants.size() || instants[i + 1] > instants[i];
    const TrueTime begin = instants[i] + Duration{is_last ? 1 : 0};
    World world(with_faults_before(scenario, strikes, begin), locks);
    Share& share = shares.emplace_back();
    for (std::uint64_t seed = 1; seed <= options.futures && !runner.is_stopped(); ++seed) {
      const RunOptions future{.future = RunOptions::Future{begin, seed}};
      const RunResult& run = world.run(Choices::replay(keyed(choices)), future);
      ++share.runs;
      if (runner.judge(run) == Status::violated) ++share.violated;
    }
  }
  return shares;
}

std::vector<Trial> try_fixes(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                             const std::string& property, const LockRegistry& locks,
                             const CounterfactualOptions& options) {
  Runner runner(property, locks, options);
  const Duration lease = loaded.scenario.lock.ttl;
  std::vector<Trial> trials{try_plan(loaded.scenario, lease, choices, runner)};
  for (const Fix& fix : loaded.scenario.fixes) {
    if (runner.is_stopped()) break;
    const Result<LoadedScenario> fixed = apply_fix(loaded, fix, vocabulary_of(locks));
    require(fixed.has_value(), "a fix that was loaded applies");
    Trial& trial = trials.emplace_back(try_plan(fixed->scenario, lease, choices, runner));
    trial.fix = fix.name;
    trial.about = fix.about;
  }
  return trials;
}

}  // namespace picklock
