// How far a search through a tree has come.
#pragma once

#include <cstddef>
#include <span>

namespace picklock {

// A place of the tree where one of several ways is being tried.
struct Turn {
  std::size_t taken = 0;  // ways that lie behind
  std::size_t ways = 1;
};

// Which part of the tree lies behind, if all parts of it were alike (weighted backtracking: Kilby, Slaney, Thiebaux
// and Walsh, AAAI 2006). `turns` lead from the root to where the search is. Exact for equal parts, otherwise an
// estimate.
inline double part_done(std::span<const Turn> turns) {
  double done = 0;
  double part = 1;
  for (const Turn& turn : turns) {
    part /= static_cast<double>(turn.ways);
    done += static_cast<double>(turn.taken) * part;
  }
  return done;
}

}  // namespace picklock
