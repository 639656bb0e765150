#include "search/sampler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/hash.h"
#include "base/wide.h"

namespace picklock {
namespace {

// How often the pace of a link changes in a run of pct, at most.
constexpr std::uint64_t kPaces = 4;

}  // namespace

Sampler::Sampler(const Placements& placements, std::vector<Placement> pool,
                 const ExploreOptions& options)
    : placements_(placements),
      pool_(std::move(pool)),
      strategy_(options.strategy == Strategy::portfolio ? Strategy::swarm : options.strategy),
      most_faults_(options.faults),
      seed_(mix(options.seed)) {
  std::map<FaultKind, std::vector<std::size_t>> by_kind;
  for (std::size_t i = 0; i < pool_.size(); ++i) by_kind[pool_[i].fault.kind].push_back(i);
  for (auto& [kind, places] : by_kind) by_kind_.push_back(std::move(places));
}

std::uint64_t Sampler::draw(std::string_view label, std::uint64_t below, std::uint64_t nth) const {
  const std::uint64_t value = mix(mix(seed_ ^ hash_text(label)) + mix(run_) + nth);
  return static_cast<std::uint64_t>(static_cast<Uint128>(value) * below >> 64);
}

// Of a swarm each run has half of the kinds: a fault of a kind that is switched off gives its place to one that
// is not.
const std::vector<std::size_t>& Sampler::draw_kind(std::uint64_t nth) {
  std::size_t kind = draw("kind", by_kind_.size(), nth);
  if (strategy_ == Strategy::random) return by_kind_[kind];
  for (std::size_t i = 0; i < by_kind_.size(); ++i) {
    if (draw("switch", 2, kind) == 0) break;
    kind = (kind + 1) % by_kind_.size();
  }
  return by_kind_[kind];
}

Fault Sampler::draw_fault(std::uint64_t nth) {
  const std::vector<std::size_t>& places = draw_kind(nth);
  const Placement& placement = pool_[places[draw("place", places.size(), nth)]];
  const bool forever = draw("forever", 4, nth) == 0;
  if (!placement.lasts || (forever && placement.fault.kind != FaultKind::delay)) {
    return placement.fault;
  }
  const std::vector<Duration>& lengths = placements_.usual_lengths();
  return Placements::lasting(placement, lengths[draw("length", lengths.size(), nth)]);
}

Choices Sampler::draw_choices() {
  const std::uint64_t seed = mix(seed_ + run_);
  if (strategy_ == Strategy::pct) return Choices::paced(seed, kPaces);
  const bool dull = draw("dull", 2) == 0;
  return dull ? Choices::replay({}) : Choices::random(seed);
}

Sampler::Sample Sampler::next() {
  ++run_;
  Sample sample{.choices = draw_choices()};
  if (by_kind_.empty() || most_faults_ == 0) return sample;
  // Single faults are few enough to be tried one by one: most runs have several.
  const bool several = draw("several", 8) != 0;
  const std::uint64_t fewest = several ? std::min<std::uint64_t>(2, most_faults_) : 0;
  const std::uint64_t faults = fewest + draw("faults", most_faults_ - fewest + 1);
  for (std::uint64_t nth = 0; nth < faults; ++nth) sample.faults.push_back(draw_fault(nth));
  return sample;
}

}  // namespace picklock
