#include "search/sampler.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace picklock {
namespace {

// How often the pace of a link changes in a run of pct, at most.
constexpr std::uint64_t kPaces = 4;

}  // namespace

Sampler::Sampler(const Placements& placements, std::vector<Placement> pool,
                 const ExploreOptions& options)
    : pool_(placements, std::move(pool)),
      strategy_(options.strategy == Strategy::portfolio ? Strategy::swarm : options.strategy),
      most_faults_(options.faults),
      seed_(mix(options.seed)) {}

Choices Sampler::draw_choices(const RunDraws& draws) const {
  const std::uint64_t seed = mix(seed_ + run_);
  if (strategy_ == Strategy::pct) return Choices::paced(seed, kPaces);
  const bool dull = draws("dull", 2) == 0;
  return dull ? Choices::replay({}) : Choices::random(seed);
}

Sampler::Sample Sampler::next() {
  const RunDraws draws(seed_, ++run_);
  Sample sample{.choices = draw_choices(draws)};
  if (pool_.is_empty() || most_faults_ == 0) return sample;
  // Single faults are few enough to be tried one by one: most runs have several.
  const bool several = draws("several", 8) != 0;
  const std::uint64_t fewest = several ? std::min<std::uint64_t>(2, most_faults_) : 0;
  const std::uint64_t faults = fewest + draws("faults", most_faults_ - fewest + 1);
  using enum FaultPool::Kinds;
  for (std::uint64_t nth = 0; nth < faults; ++nth) {
    sample.faults.push_back(pool_.draw(draws, nth, strategy_ == Strategy::random ? all : swarm,
                                       FaultPool::Lengths::any));
  }
  return sample;
}

}  // namespace picklock
