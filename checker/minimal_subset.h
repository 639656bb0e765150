// A minimal set of operations that violates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace picklock {

struct SubHistory {
  std::vector<std::uint32_t> places;
  bool is_minimal = false;
};

// A minimal subset of `candidates`, which violate; `violates(needed, rest)` says whether two sets do together.
// Violation is monotone in what is kept, so binary search finds one needed operation after another (Junker,
// QuickXplain, 2004): O(k log n) questions for k of n. Once `gave_up`, the rest is kept unasked.
template <class Violates>
SubHistory minimal_subset(std::span<const std::uint32_t> candidates, Violates violates,
                          const bool& gave_up) {
  SubHistory result;
  std::vector<std::uint32_t>& needed = result.places;
  std::span<const std::uint32_t> rest = candidates;
  while (!rest.empty() && !violates(needed, std::span<const std::uint32_t>())) {
    // The shortest suffix of the rest that still violates begins with a needed operation.
    std::size_t violating = 0;
    std::size_t explained = rest.size();
    while (explained - violating > 1) {
      const std::size_t middle = violating + (explained - violating) / 2;
      (violates(needed, rest.subspan(middle)) ? violating : explained) = middle;
    }
    needed.push_back(rest[violating]);
    rest = rest.subspan(violating + 1);
    if (gave_up) {
      needed.insert(needed.end(), rest.begin(), rest.end());
      break;
    }
  }
  std::ranges::sort(needed);
  result.is_minimal = !gave_up;
  return result;
}

}  // namespace picklock
