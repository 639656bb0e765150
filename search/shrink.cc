#include "search/shrink.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <memory>
#include <optional>
#include <utility>

#include "base/require.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "scenarios/simplifications.h"
#include "search/vocabulary.h"
#include "sim/world.h"

namespace picklock {
namespace {

// "client-1" is no part of "client-12".
bool is_name_at(const std::string& text, std::size_t at, const std::string& name) {
  if (text.compare(at, name.size(), name) != 0) return false;
  const std::size_t end = at + name.size();
  return end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0;
}

std::string with_names_exchanged(const std::string& text, const std::string& a,
                                 const std::string& b) {
  std::string exchanged;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_a = is_name_at(text, i, a);
    const bool is_b = is_name_at(text, i, b);
    if (is_a || is_b) {
      exchanged += is_a ? b : a;
      i += is_a ? a.size() : b.size();
    } else {
      exchanged += text[i++];
    }
  }
  return exchanged;
}

class Shrinker {
 public:
  Shrinker(const LoadedScenario& loaded, std::vector<NamedChoice> choices,
           const std::string& property, const LockRegistry& locks, const ShrinkOptions& options)
      : property_(*find_property(property)),
        locks_(locks),
        vocabulary_(vocabulary_of(locks)),
        options_(options),
        plan_(loaded),
        choices_(std::move(choices)) {
    world_ = std::make_unique<World>(plan_.scenario, locks_);
    const RunResult& run = world_->run(Choices::replay(keyed(choices_)));
    const std::optional<Counterexample> broken = judge(run.history);
    require(broken.has_value(), "the run that is to be made small breaks the property");
    shape_ = shape_of(broken->reason);
    before_ = size(run.history, *broken);
  }

  ShrunkRun shrink() {
    // Fixes name places of the plan that may go; they come back at the end if they still apply.
    const LoadedScenario original = plan_;
    if (!plan_.scenario.fixes.empty()) change_plan({"/fixes", "null"});
    bool smaller = true;
    while (smaller && !is_over()) {
      // Lengths last: a shorter pause may owe its effect to the delays that happened to be drawn.
      smaller = simplify_plan(Simpler::fewer_faults, Simpler::smaller_number);
      smaller = take_away_nodes() || smaller;
      smaller = take_away_deviations() || smaller;
      smaller = lower_deviations() || smaller;
      smaller = simplify_plan(Simpler::rounder, Simpler::shorter) || smaller;
    }
    return result(original);
  }

 private:
  bool is_over() const {
    const bool stopped = options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
    return stopped || replays_ >= options_.replays;
  }

  std::optional<Counterexample> judge(const History& history) {
    timeline_.assign(history);
    return property_.judge(timeline_, options_.limits).counterexample;
  }

  bool still_breaks(World& world, const std::vector<NamedChoice>& choices) {
    if (is_over()) return false;
    ++replays_;
    if (options_.progress) options_.progress(replays_);
    const RunResult& run = world.run(Choices::replay(keyed(choices)));
    const std::optional<Counterexample> broken = judge(run.history);
    return broken && shape_of(broken->reason) == shape_;
  }

  bool change_plan(const Override& change) {
    Result<LoadedScenario> changed =
        parse_scenario(plan_.json, plan_.scenario.name, vocabulary_, std::span(&change, 1));
    if (!changed) return false;
    auto world = std::make_unique<World>(changed->scenario, locks_);
    if (!still_breaks(*world, choices_)) return false;
    plan_ = std::move(changed).value();
    world_ = std::move(world);
    return true;
  }

  // One simplification after the other, from the first again after each that was accepted.
  bool simplify_plan(Simpler first, Simpler last) {
    bool changed = false;
    for (bool again = true; again;) {
      again = false;
      for (const Simplification& simpler : simplifications(plan_.json)) {
        if (is_over()) return changed;
        if (simpler.kind < first || simpler.kind > last) continue;
        if (!change_plan(simpler.change)) continue;
        changed = again = true;
        break;
      }
    }
    return changed;
  }

  // Any client, any server: it changes places with the last, which goes.
  bool take_away_nodes() {
    bool changed = false;
    const std::string server = plan_.scenario.servers.kind + "-";
    for (std::size_t i = plan_.scenario.clients.size(); i > 1; --i) {
      const std::size_t last = plan_.scenario.clients.size();
      changed = take_away_node("client-", i - 1, last, "/clients/count") || changed;
    }
    for (std::size_t i = plan_.scenario.servers.count; i > 1; --i) {
      const std::size_t last = plan_.scenario.servers.count;
      changed = take_away_node(server, i - 1, last, "/servers/count") || changed;
    }
    return changed;
  }

  bool take_away_node(const std::string& stem, std::size_t number, std::size_t last,
                      const std::string& count) {
    const auto exchanged = [&](const std::string& text) {
      return with_names_exchanged(text, stem + std::to_string(number), stem + std::to_string(last));
    };
    const Override fewer{count, std::to_string(last - 1)};
    Result<LoadedScenario> changed = parse_scenario(exchanged(plan_.json), plan_.scenario.name,
                                                    vocabulary_, std::span(&fewer, 1));
    if (!changed) return false;
    std::vector<NamedChoice> choices = choices_;
    for (NamedChoice& choice : choices) choice.stream = exchanged(choice.stream);
    auto world = std::make_unique<World>(changed->scenario, locks_);
    if (!still_breaks(*world, choices)) return false;
    plan_ = std::move(changed).value();
    world_ = std::move(world);
    choices_ = std::move(choices);
    return true;
  }

  bool accept(std::vector<NamedChoice> choices) {
    if (!still_breaks(*world_, choices)) return false;
    choices_ = std::move(choices);
    return true;
  }

  // Halves, quarters, ... single ones.
  bool take_away_deviations() {
    const std::size_t had = choices_.size();
    if (had > 0 && accept({})) return true;
    for (std::size_t length = std::max<std::size_t>(1, had / 2); !choices_.empty(); length /= 2) {
      length = std::min(length, choices_.size());
      for (std::size_t begin = 0; begin < choices_.size();) {
        std::vector<NamedChoice> fewer = choices_;
        const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
        const std::size_t end = std::min(begin + length, fewer.size());
        fewer.erase(from, fewer.begin() + static_cast<std::ptrdiff_t>(end));
        if (!accept(std::move(fewer))) begin = end;
      }
      if (length == 1) break;
    }
    return choices_.size() < had;
  }

  // To a power of two, and then to half of it, again and again.
  bool lower_deviations() {
    bool changed = false;
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      const auto accept_value = [&](std::uint64_t value) {
        if (value >= choices_[i].value) return false;
        std::vector<NamedChoice> lower = choices_;
        lower[i].value = value;
        return accept(std::move(lower));
      };
      changed = accept_value(std::bit_floor(choices_[i].value)) || changed;
      while (choices_[i].value > 1 && accept_value(choices_[i].value / 2)) changed = true;
    }
    return changed;
  }

  RunSize size(const History& history, const Counterexample& broken) const {
    return {.faults = plan_.scenario.faults.size(),
            .clients = plan_.scenario.clients.size(),
            .servers = plan_.scenario.servers.count,
            .deviations = choices_.size(),
            .events = history.events.size(),
            .length = broken.until.time_since_epoch()};
  }

  ShrunkRun result(const LoadedScenario& original) {
    ShrunkRun shrunk;
    shrunk.shrinking.before = before_;
    shrunk.shrinking.is_minimal = !is_over();
    shrunk.shrinking.replays = replays_;
    shrunk.recording = replay_run(plan_.scenario, locks_, choices_);
    // Deviations that the run never came to are none.
    shrunk.choices = choices_ = shrunk.recording.choices;
    shrunk.counterexample = *judge(shrunk.recording.history);
    shrunk.shrinking.after = size(shrunk.recording.history, shrunk.counterexample);
    shrunk.loaded = with_fixes_of(original, std::move(plan_), vocabulary_);
    return shrunk;
  }

  const Property& property_;
  const LockRegistry& locks_;
  Vocabulary vocabulary_;
  const ShrinkOptions& options_;
  LoadedScenario plan_;
  std::vector<NamedChoice> choices_;
  std::unique_ptr<World> world_;
  Timeline timeline_;
  std::string shape_;
  std::uint64_t replays_ = 0;
  RunSize before_;
};

}  // namespace

std::string shape_of(const std::string& reason) {
  std::string shape;
  for (std::size_t i = 0; i < reason.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(reason[i])) == 0) {
      shape += reason[i];
      continue;
    }
    // "14.03s", "5ms" and "client-12" alike.
    while (i + 1 < reason.size() &&
           (std::isalnum(static_cast<unsigned char>(reason[i + 1])) != 0 ||
            (reason[i + 1] == '.' && i + 2 < reason.size() &&
             std::isdigit(static_cast<unsigned char>(reason[i + 2])) != 0))) {
      ++i;
    }
    shape += '#';
  }
  return shape;
}

ShrunkRun shrink(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                 const std::string& property, const LockRegistry& locks,
                 const ShrinkOptions& options) {
  return Shrinker(loaded, choices, property, locks, options).shrink();
}

}  // namespace picklock
