#include "checker/procedures/rw_refusals.h"

#include <algorithm>
#include <span>
#include <utility>

#include "checker/timeline.h"

namespace picklock {
namespace {

struct Cover {
  TrueTime from{};
  TrueTime until{};
  std::uint32_t owner = 0;
};

// Intervals by their beginnings, and how far those up to each reach.
class Covers {
 public:
  explicit Covers(std::vector<Cover> covers) : covers_(std::move(covers)) {
    std::ranges::sort(covers_, {}, &Cover::from);
    Reach reach;
    for (const Cover& cover : covers_) {
      if (cover.owner == reach.owner) {
        reach.until = std::max(reach.until, cover.until);
      } else if (cover.until > reach.until) {
        reach.others_until = reach.until;
        reach.until = cover.until;
        reach.owner = cover.owner;
      } else {
        reach.others_until = std::max(reach.others_until, cover.until);
      }
      reach_.push_back(reach);
    }
  }

  bool explain(const SharedRefusal& refusal, TrueTime from, TrueTime until) const {
    const auto end = std::ranges::upper_bound(covers_, until, {}, &Cover::from);
    if (from > until || end == covers_.begin()) return false;
    const Reach& reach = reach_[static_cast<std::size_t>(end - covers_.begin() - 1)];
    return (reach.owner == refusal.owner ? reach.others_until : reach.until) >= from;
  }

 private:
  struct Reach {
    TrueTime until = TrueTime::min();
    TrueTime others_until = TrueTime::min();  // of all owners but this one:
    std::uint32_t owner = kNoIndex;
  };
  std::vector<Cover> covers_;
  std::vector<Reach> reach_;
};

// Widens each hold as far as it can be; in the order of their cores.
void widen(std::span<SharedHold> holds) {
  TrueTime before = TrueTime::min();   // the end of the cores so far ...
  TrueTime writers = TrueTime::min();  // ... and of the last writer
  for (std::size_t i = 0; i < holds.size(); ++i) {
    SharedHold& hold = holds[i];
    const TrueTime core_end = hold.until;
    hold.earliest = std::max(hold.earliest, hold.writes ? before : writers);
    if (hold.writes) {
      hold.latest = std::min(hold.latest, i + 1 < holds.size() ? holds[i + 1].since : kNever);
      writers = hold.latest;
    }
    before = std::max(before, core_end);
  }
  TrueTime after = kNever;  // the beginning of the next writer
  for (std::size_t i = holds.size(); i > 0; --i) {
    SharedHold& hold = holds[i - 1];
    if (!hold.writes) hold.latest = std::min(hold.latest, after);
    if (hold.writes) after = hold.earliest;
  }
}

class Explanation {
 public:
  // With those of `lost` that hold the lock in the end: one writer, or readers.
  Explanation(std::span<const SharedHold> holds, std::span<const SharedHold> lost) {
    TrueTime cores_end = TrueTime::min();
    TrueTime writers_end = TrueTime::min();
    for (const SharedHold& hold : holds) {
      cores_end = std::max(cores_end, hold.until);
      if (hold.writes) writers_end = hold.latest;
      add(hold.earliest, hold.latest, hold);
    }
    for (const SharedHold& hold : lost) {
      const TrueTime from = std::max(hold.earliest, hold.writes ? cores_end : writers_end);
      if (from != kNever) add(from, kNever, hold);
    }
  }

  // Adds the refusal that returned first of those that it does not explain. False: it explains them all.
  bool fails(const std::vector<SharedRefusal>& refusals, Unexplained& result) const {
    const Covers writers(writers_);
    const Covers all(all_);
    const SharedRefusal* first = nullptr;
    bool is_certain = true;
    for (const SharedRefusal& refusal : refusals) {
      const Covers& covers = refusal.writes ? all : writers;
      const Duration instant{1};
      const TrueTime from = refusal.touches_before ? refusal.from + instant : refusal.from;
      const TrueTime until = refusal.touches_after ? refusal.until - instant : refusal.until;
      if (covers.explain(refusal, from, until)) continue;
      is_certain = false;
      if (covers.explain(refusal, refusal.from, refusal.until)) continue;
      if (first == nullptr || refusal.until < first->until) first = &refusal;
    }
    if (first != nullptr) result.refusals.push_back(*first);
    if (first == nullptr && !is_certain) result.is_exact = false;
    return first != nullptr;
  }

 private:
  void add(TrueTime from, TrueTime until, const SharedHold& hold) {
    const Cover cover{.from = from, .until = until, .owner = hold.owner};
    all_.push_back(cover);
    if (hold.writes) writers_.push_back(cover);
  }

  std::vector<Cover> writers_;
  std::vector<Cover> all_;
};

}  // namespace

Unexplained unexplained_refusals(std::vector<SharedHold> holds,
                                 const std::vector<SharedRefusal>& refusals) {
  Unexplained result;
  if (refusals.empty()) return result;
  std::ranges::stable_sort(holds, {}, &SharedHold::since);
  const auto first_lost = std::ranges::lower_bound(holds, kNever, {}, &SharedHold::since);
  const auto known = static_cast<std::size_t>(first_lost - holds.begin());
  const std::span<SharedHold> cores = std::span(holds).first(known);
  const std::span<SharedHold> lost = std::span(holds).subspan(known);
  // Writers first, and of these the earliest.
  std::ranges::stable_sort(
      lost, {}, [](const SharedHold& hold) { return std::pair(!hold.writes, hold.earliest); });
  const auto readers = std::ranges::find(lost, false, &SharedHold::writes);
  widen(cores);
  const auto fails_with = [&](std::span<const SharedHold> last) {
    return Explanation(cores, last).fails(refusals, result);
  };
  bool fails = fails_with({readers, lost.end()});
  for (auto writer = lost.begin(); fails && writer != readers; ++writer) {
    if (writer->earliest > lost.front().earliest) break;
    fails = fails_with({writer, writer + 1});
  }
  if (!fails) result.refusals.clear();
  std::ranges::sort(result.refusals, {}, &SharedRefusal::place);
  const auto same = std::unique(result.refusals.begin(), result.refusals.end(),
                                [](const auto& a, const auto& b) { return a.place == b.place; });
  result.refusals.erase(same, result.refusals.end());
  return result;
}

}  // namespace picklock
