#include "search/tally.h"

#include <algorithm>
#include <array>

#include "base/require.h"
#include "checker/properties.h"

namespace picklock {
namespace {

// From strong to weak; "undecided" weighs less than a rung that is known to fail.
constexpr std::array<std::string_view, 6> kRungs{"M0", "M2", "M4", "M3", "undecided", "none"};

std::size_t rank_of(std::string_view rung) {
  const auto found = std::find(kRungs.begin(), kRungs.end(), rung);
  require(found != kRungs.end(), "an unknown rung of the ladder of specifications");
  return static_cast<std::size_t>(found - kRungs.begin());
}

}  // namespace

void tally(const Timeline& run, std::uint64_t seed, const Limits& limits, SweepResult& sum,
           std::size_t& weakest) {
  sum.properties.resize(kPropertyCount);
  const Verdicts verdicts = judge_all(run, limits);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const Verdict& verdict = verdicts[i];
    PropertyTally& one = sum.properties[i];
    one.judged += verdict.judged;
    if (verdict.status == Status::undecided) ++one.undecided_runs;
    if (verdict.status != Status::violated) continue;
    ++one.violated_runs;
    if (!one.first_seed) one.first_seed = seed;
  }
  weakest = std::max(weakest, rank_of(strongest_specification(run, verdicts)));
}

std::string_view rung(std::size_t place) {
  return kRungs.at(place);
}

}  // namespace picklock
