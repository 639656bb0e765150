#include "checker/procedures/rw_refusals.h"

#include <algorithm>
#include <span>
#include <utility>

#include "checker/procedures/owned_intervals.h"

namespace picklock {
namespace {

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
  bool fails(const std::vector<SharedRefusal>& refusals, Unexplained& result, Pace& pace) const {
    const OwnedIntervals writers(writers_, pace);
    const OwnedIntervals all(all_, pace);
    const SharedRefusal* first = nullptr;
    bool is_certain = true;
    for (const SharedRefusal& refusal : refusals) {
      pace.step();
      const OwnedIntervals& covers = refusal.writes ? all : writers;
      const Duration instant{1};
      const TrueTime from = refusal.touches_before ? refusal.from + instant : refusal.from;
      const TrueTime until = refusal.touches_after ? refusal.until - instant : refusal.until;
      if (covers.meet(from, until, refusal.owner)) continue;
      is_certain = false;
      if (covers.meet(refusal.from, refusal.until, refusal.owner)) continue;
      if (first == nullptr || refusal.until < first->until) first = &refusal;
    }
    if (first != nullptr) result.refusals.push_back(*first);
    if (first == nullptr && !is_certain) result.is_exact = false;
    return first != nullptr;
  }

 private:
  void add(TrueTime from, TrueTime until, const SharedHold& hold) {
    const OwnedInterval cover{.from = from, .until = until, .owner = hold.owner};
    all_.push_back(cover);
    if (hold.writes) writers_.push_back(cover);
  }

  std::vector<OwnedInterval> writers_;
  std::vector<OwnedInterval> all_;
};

}  // namespace

Unexplained unexplained_refusals(std::vector<SharedHold> holds,
                                 const std::vector<SharedRefusal>& refusals, Pace& pace) {
  Unexplained result;
  if (refusals.empty()) return result;
  std::ranges::stable_sort(
      holds,
      [&](TrueTime a, TrueTime b) {
        pace.step();
        return a < b;
      },
      &SharedHold::since);
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
    return Explanation(cores, last).fails(refusals, result, pace);
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

TrueTime last_writer_before(const std::vector<SharedHold>& holds, TrueTime instant) {
  const SharedHold* last = nullptr;
  for (const SharedHold& hold : holds) {
    const bool is_before = hold.writes && hold.since < instant;
    if (is_before && (last == nullptr || hold.since > last->since)) last = &hold;
  }
  return last == nullptr ? TrueTime::min() : last->earliest;
}

std::vector<std::uint32_t> neighbours_of(const SharedRefusal& refusal,
                                         const std::vector<SharedHold>& holds) {
  const SharedHold* before = nullptr;
  const SharedHold* after = nullptr;
  for (const SharedHold& hold : holds) {
    if (hold.since == kNever || (!hold.writes && !refusal.writes)) continue;
    const bool ended = hold.latest <= refusal.from;
    const bool begins = hold.earliest >= refusal.until;
    if (ended && (before == nullptr || hold.latest > before->latest)) before = &hold;
    if (begins && (after == nullptr || hold.since < after->since)) after = &hold;
  }
  std::vector<std::uint32_t> places;
  if (before != nullptr) places.push_back(before->release);
  if (after != nullptr) places.push_back(after->acquire);
  return places;
}

}  // namespace picklock
