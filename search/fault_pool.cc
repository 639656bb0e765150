#include "search/fault_pool.h"

#include <map>
#include <utility>

#include "base/hash.h"
#include "base/wide.h"

namespace picklock {

std::uint64_t RunDraws::operator()(std::string_view label, std::uint64_t below,
                                   std::uint64_t nth) const {
  const std::uint64_t value = mix(mix(seed_ ^ hash_text(label)) + mix(run_) + nth);
  return static_cast<std::uint64_t>(static_cast<Uint128>(value) * below >> 64);
}

FaultPool::FaultPool(const Placements& placements, std::vector<Placement> pool)
    : placements_(placements), pool_(std::move(pool)) {
  std::map<FaultKind, std::vector<std::size_t>> by_kind;
  for (std::size_t i = 0; i < pool_.size(); ++i) by_kind[pool_[i].fault.kind].push_back(i);
  for (auto& [kind, places] : by_kind) by_kind_.push_back(std::move(places));
}

const std::vector<std::size_t>& FaultPool::draw_kind(const RunDraws& draws, std::uint64_t nth,
                                                     Kinds kinds) const {
  std::size_t kind = draws("kind", by_kind_.size(), nth);
  if (kinds == Kinds::all) return by_kind_[kind];
  for (std::size_t i = 0; i < by_kind_.size(); ++i) {
    if (draws("switch", 2, kind) == 0) break;
    kind = (kind + 1) % by_kind_.size();
  }
  return by_kind_[kind];
}

Fault FaultPool::draw(const RunDraws& draws, std::uint64_t nth, Kinds kinds,
                      Lengths lengths) const {
  const std::vector<std::size_t>& places = draw_kind(draws, nth, kinds);
  const Placement& placement = pool_[places[draws("place", places.size(), nth)]];
  const FaultKind kind = placement.fault.kind;
  const bool ends = lengths == Lengths::ends;
  const bool has_length = placement.lasts || (ends && kind == FaultKind::clock_freeze);
  const bool longest = !ends && draws("forever", 4, nth) == 0 && kind != FaultKind::delay;
  if (!has_length || longest) return placement.fault;
  const std::vector<Duration>& usual = placements_.usual_lengths();
  return Placements::lasting(placement, usual[draws("length", usual.size(), nth)]);
}

}  // namespace picklock
