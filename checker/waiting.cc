#include "checker/waiting.h"

#include <algorithm>

namespace picklock {

ScratchVector<FreePeriod> free_periods(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<FreePeriod> periods(scratch.memory());
  TrueTime covered{};
  std::uint32_t last = kNoIndex;
  for (const std::uint32_t index : timeline.grants()) {
    const Hold& hold = timeline.holds()[index];
    if (hold.granted > covered) {
      periods.push_back({.from = covered, .until = hold.granted, .after = last, .granted = true});
    }
    const bool crashed = hold.belief_end == BeliefEnd::crashed;
    if (hold.naive_until > covered || (hold.naive_until == covered && crashed)) last = index;
    covered = std::max(covered, hold.naive_until);
  }
  if (timeline.end() > covered) {
    periods.push_back({.from = covered, .until = timeline.end(), .after = last});
  }
  return periods;
}

Waiting::Waiting(const Timeline& timeline, Scratch& scratch) : pieces_(scratch.memory()) {
  for (const OpId op : timeline.acquires()) {
    const ClientOperation& acquire = *timeline.find(op);
    if (acquire.invoked < acquire.waited) pieces_.push_back({acquire.invoked, acquire.waited});
  }
  if (!timeline.standstills().empty()) cut_standstills(timeline, scratch);
  std::size_t kept = 0;
  for (const Piece& piece : pieces_) {
    if (kept > 0 && piece.from <= pieces_[kept - 1].until) {
      pieces_[kept - 1].until = std::max(pieces_[kept - 1].until, piece.until);
    } else {
      pieces_[kept++] = piece;
    }
  }
  pieces_.resize(kept);
}

// A process that stands still cannot take a grant, so it is not kept waiting either.
void Waiting::cut_standstills(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<Piece> cut(scratch.memory());
  for (const OpId op : timeline.acquires()) {
    const ClientOperation& acquire = *timeline.find(op);
    TrueTime from = acquire.invoked;
    for (const Standstill& still : timeline.standstills()) {
      if (still.node != acquire.client || still.until <= from) continue;
      if (still.from >= acquire.waited) break;
      if (from < still.from) cut.push_back({from, still.from});
      from = still.until;
    }
    if (from < acquire.waited) cut.push_back({from, acquire.waited});
  }
  std::ranges::sort(cut, {}, &Piece::from);  // equal ones are merged: their order is of no account
  pieces_.swap(cut);
}

Demand Waiting::between(TrueTime from, TrueTime until, Duration bound) {
  Demand demand;
  while (next_ < pieces_.size() && pieces_[next_].until <= from) ++next_;
  for (std::size_t i = next_; i < pieces_.size() && pieces_[i].from < until; ++i) {
    const TrueTime begin = std::max(from, pieces_[i].from);
    const TrueTime end = std::min(until, pieces_[i].until);
    if (demand.from == kNever) demand.from = begin;
    if (demand.exceeded == kNever && end - begin > bound - demand.waited) {
      demand.exceeded = begin + (bound - demand.waited);
    }
    demand.waited += end - begin;
    demand.at_end = end == until;
  }
  return demand;
}

}  // namespace picklock
