#include "checker/procedures/refusal_core.h"

#include <algorithm>
#include <span>
#include <utility>

#include "checker/minimal_subset.h"
#include "checker/procedures/owned_intervals.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

constexpr Duration kInstant{1};

// One operation of one owner that was not refused.
struct Step {
  TrueTime invoked{};
  TrueTime returned = kNever;  // kNever: not by the end of the cut
  std::uint32_t place = 0;
  bool acquires = false;
  bool writes = false;
};

// A hold that would explain the refusal, if nobody else's core is in the way.
struct Cover {
  std::uint32_t owner = 0;
  std::size_t begins = 0;  // the acquire's number among the owner's steps ...
  std::size_t ends = 0;    // ... and the release's; their number, where it lasts for ever
};

constexpr std::size_t kNone = ~std::size_t{0};
constexpr std::span<const std::uint32_t> kNothing;

using StepOf = std::pair<std::uint32_t, std::size_t>;  // owner, number

// A kept release of which only the owner's last acquire, not kept, says that it wrote: it may have read, since
// the last shared acquire before.
struct Either {
  OwnedInterval writing;
  TrueTime reading_since{};
};

// What the kept operations demand: the cores of holds, without their ends, which may touch others.
struct Kept {
  std::vector<StepOf> steps;  // sorted
  OwnedIntervals all;
  OwnedIntervals writers;
  std::vector<Either> either;
};

enum class Answer : std::uint8_t { unexplained, explained, doubtful };

class RefusalCore {
 public:
  RefusalCore(const OperationHistory& history, Places places, TrueTime cut, std::uint32_t refused,
              Pace& pace)
      : history_(history), pace_(pace), refused_(refused), refusal_(history.operations[refused]) {
    from_ = refusal_.invoked;
    until_ = refusal_.returned;
    numbers_.assign(history.operations.size(), kNoIndex);
    for (const std::uint32_t place : places) {
      pace_.step();
      if (history.operations[place].invoked > cut) break;
      add(place, cut);
    }
    for (std::uint32_t owner = 0; owner < owners_.size(); ++owner) add_covers(owner);
  }

  // Whether each owner's operations are acquires and releases by turns.
  bool alternates() const { return alternates_; }

  std::optional<std::vector<std::uint32_t>> run(Places places) {
    std::vector<std::uint32_t> returned;
    for (const std::uint32_t place : places) {
      const bool counts = numbers_[place] != kNoIndex && step_at(place).returned != kNever;
      if (counts) returned.push_back(place);
    }
    sort_at(pace_, returned, std::ranges::less{},
            [&](std::uint32_t place) { return step_at(place).returned; });
    // Few of the last are enough, as a rule.
    std::span<const std::uint32_t> last;
    for (std::size_t width = 64;; width *= 4) {
      last = std::span(returned).last(std::min(width, returned.size()));
      if (ask(last, {}) == Answer::unexplained || last.size() == returned.size()) break;
    }
    std::vector<std::uint32_t> candidates(last.begin(), last.end());
    std::ranges::sort(candidates);
    const auto violates = [&](auto needed, auto rest) {
      return ask(needed, rest) == Answer::unexplained;
    };
    if (!violates(std::span<const std::uint32_t>(candidates), kNothing)) return std::nullopt;
    constexpr bool kGaveUp = false;
    std::vector<std::uint32_t> needed = minimal_subset(candidates, violates, kGaveUp).places;
    for (const std::uint32_t place : needed) {
      std::vector<std::uint32_t> fewer = needed;
      std::erase(fewer, place);
      if (ask(fewer, {}) != Answer::explained) return std::nullopt;
    }
    needed.push_back(refused_);
    std::ranges::sort(needed);
    return needed;
  }

 private:
  const Step& step_at(std::uint32_t place) const {
    return owners_[history_.operations[place].owner][numbers_[place]];
  }

  void add(std::uint32_t place, TrueTime cut) {
    const Operation& operation = history_.operations[place];
    if (operation.owner >= owners_.size()) owners_.resize(operation.owner + 1);
    std::vector<Step>& steps = owners_[operation.owner];
    const bool has_returned = operation.returned <= cut && operation.returned != kNever;
    if (place == refused_) own_steps_before_ = steps.size();
    if (operation.process == refusal_.process && place != refused_) {
      if (operation.returned == from_) before_ = kInstant;
      if (operation.invoked == until_) after_ = kInstant;
    }
    if (has_returned && operation.outcome == Outcome::refused) return;
    const bool acquires = operation.verb == Verb::acquire;
    if (acquires != (steps.empty() || !steps.back().acquires)) alternates_ = false;
    numbers_[place] = static_cast<std::uint32_t>(steps.size());
    steps.push_back({.invoked = operation.invoked,
                     .returned = has_returned ? operation.returned : kNever,
                     .place = place,
                     .acquires = acquires,
                     .writes = operation.mode == Mode::exclusive});
  }

  void add_covers(std::uint32_t owner) {
    const std::vector<Step>& steps = owners_[owner];
    for (const bool writes : {true, false}) {
      // Readers let other readers in.
      if (!writes && refusal_.mode != Mode::exclusive && owner != refusal_.owner) continue;
      for (std::size_t i = owner == refusal_.owner ? own_steps_before_ : steps.size(); i > 0; --i) {
        const Step& acquire = steps[i - 1];
        if (!acquire.acquires || acquire.writes != writes || acquire.invoked > until_) continue;
        add_covers_from(owner, i - 1);
        if (acquire.returned <= from_) break;
      }
    }
  }

  void add_covers_from(std::uint32_t owner, std::size_t begins) {
    const std::vector<Step>& steps = owners_[owner];
    const TrueTime since = std::max(from_, steps[begins].invoked);
    std::size_t ends = owner == refusal_.owner ? own_steps_before_ : begins + 1;
    for (; ends < steps.size(); ++ends) {
      if (steps[ends].acquires || steps[ends].returned < since) continue;
      covers_.push_back({.owner = owner, .begins = begins, .ends = ends});
      if (steps[ends].returned >= until_) break;
    }
    covers_.push_back({.owner = owner, .begins = begins, .ends = steps.size()});
  }

  Answer ask(std::span<const std::uint32_t> some, std::span<const std::uint32_t> more) const {
    const Kept kept = keep(some, more);
    Answer answer = Answer::unexplained;
    for (const Cover& cover : covers_) {
      pace_.step();
      if (!is_free(cover, kept.steps)) continue;
      const Answer one = look_at(cover, kept);
      if (one == Answer::explained) return one;
      if (one == Answer::doubtful) answer = one;
    }
    return answer;
  }

  Kept keep(std::span<const std::uint32_t> some, std::span<const std::uint32_t> more) const {
    Kept kept;
    for (const auto& places : {some, more}) {
      for (const std::uint32_t place : places) {
        kept.steps.emplace_back(history_.operations[place].owner, numbers_[place]);
      }
    }
    std::ranges::sort(kept.steps);
    std::vector<OwnedInterval> all;
    std::vector<OwnedInterval> writers;
    for (std::size_t i = 0; i < kept.steps.size(); ++i) {
      const auto [owner, number] = kept.steps[i];
      const std::vector<Step>& steps = owners_[owner];
      const std::size_t begins = steps[number].acquires ? number : number - 1;
      const OwnedInterval core = core_of(owner, begins);
      all.push_back(core);
      if (!steps[begins].writes) continue;
      const bool has_last = i > 0 && kept.steps[i - 1].first == owner;
      const std::size_t since = has_last ? kept.steps[i - 1].second + 1 : 0;
      const std::size_t reads = begins == number ? kNone : last_shared(steps, since, begins);
      if (reads == kNone) {
        writers.push_back(core);
      } else {
        kept.either.push_back({.writing = core, .reading_since = steps[reads].returned + kInstant});
      }
    }
    kept.writers = OwnedIntervals(std::move(writers), pace_);
    kept.all = OwnedIntervals(std::move(all), pace_);
    return kept;
  }

  // The last shared acquire among the steps from `first` up to `end`.
  static std::size_t last_shared(const std::vector<Step>& steps, std::size_t first,
                                 std::size_t end) {
    for (std::size_t i = end; i > first; --i) {
      if (steps[i - 1].acquires && !steps[i - 1].writes) return i - 1;
    }
    return kNone;
  }

  // The hold that begins with a step, at its shortest.
  OwnedInterval core_of(std::uint32_t owner, std::size_t begins) const {
    const std::vector<Step>& steps = owners_[owner];
    const bool ends = begins + 1 < steps.size();
    return {.from = steps[begins].returned + kInstant,
            .until = ends ? steps[begins + 1].invoked - kInstant : kNever,
            .owner = owner};
  }

  static bool is_free(const Cover& cover, const std::vector<StepOf>& kept) {
    const auto next = std::ranges::upper_bound(kept, StepOf(cover.owner, cover.begins));
    return next == kept.end() || next->first != cover.owner || next->second >= cover.ends;
  }

  Answer look_at(const Cover& cover, const Kept& kept) const {
    const auto hold = hold_within(cover, from_, until_);
    const bool writes = owners_[cover.owner][cover.begins].writes;
    const auto excludes = [&](const OwnedInterval& one) {
      return (writes ? kept.all : kept.writers).meet(one.from, one.until, one.owner);
    };
    if (!hold || excludes(*hold)) return Answer::unexplained;
    const auto certain = hold_within(cover, from_ + before_, until_ - after_);
    if (!certain || excludes(*certain)) return Answer::doubtful;
    return writes || gives_way(*certain, kept) ? Answer::explained : Answer::doubtful;
  }

  // Whether those that may have read instead can all have, where they would be in the reader's way.
  static bool gives_way(const OwnedInterval& reader, const Kept& kept) {
    const auto meets = [](const OwnedInterval& one, const OwnedInterval& other) {
      return one.owner != other.owner && one.from <= other.until && other.from <= one.until;
    };
    return std::ranges::all_of(kept.either, [&](const Either& either) {
      if (!meets(either.writing, reader)) return true;
      OwnedInterval instead = either.writing;
      instead.from = either.reading_since;
      const bool is_shut_out = std::ranges::any_of(kept.either, [&](const Either& other) {
        return meets(other.writing, instead) && !meets(other.writing, reader);
      });
      return !is_shut_out && !kept.writers.meet(instead.from, instead.until, instead.owner);
    });
  }

  // The shortest hold of the owner that lasts over an instant from `from` to `until`, its ends included; a core,
  // which stands here without its ends, is in its way where they meet.
  std::optional<OwnedInterval> hold_within(const Cover& cover, TrueTime from,
                                           TrueTime until) const {
    const std::vector<Step>& steps = owners_[cover.owner];
    const Step& acquire = steps[cover.begins];
    const bool ends = cover.ends < steps.size();
    from = std::max(from, acquire.invoked);
    if (ends) until = std::min(until, steps[cover.ends].returned);
    if (from > until) return std::nullopt;
    const TrueTime at = std::min(std::max(acquire.returned, from), until);
    return OwnedInterval{.from = std::min(at, acquire.returned),
                         .until = std::max(ends ? steps[cover.ends].invoked : kNever, at),
                         .owner = cover.owner};
  }

  const OperationHistory& history_;
  Pace& pace_;
  std::uint32_t refused_;
  const Operation& refusal_;
  TrueTime from_{};
  TrueTime until_{};
  std::vector<std::vector<Step>> owners_;
  std::vector<std::uint32_t> numbers_;  // by place, of the owner's steps
  std::size_t own_steps_before_ = 0;    // the refusal
  std::vector<Cover> covers_;
  Duration
      before_{};  // at its beginning, or its end, the refusal's process did something else as well
  Duration after_{};
  bool alternates_ = true;
};

}  // namespace

std::optional<std::vector<std::uint32_t>> minimal_refusal(const OperationHistory& history,
                                                          Places places, const Decision& violation,
                                                          Pace& pace) {
  const auto refused = std::ranges::find_if(
      violation.certificate.operations,
      [&](std::uint32_t place) { return history.operations[place].outcome == Outcome::refused; });
  RefusalCore core(history, places, violation.violated_at, *refused, pace);
  if (!core.alternates()) return std::nullopt;
  return core.run(places);
}

}  // namespace picklock
