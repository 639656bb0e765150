// Which refusals of a read-write lock nothing explains.
//
// Cores are apart, but for readers' among themselves. A refused acquire needs somebody who holds the lock at an
// instant of its window: a writer if it would read, anybody if it would write. Every hold may be
// longer than its core: from its acquire's invocation to its release's return, as far as no conflicting core
// is in the way. Between neighbouring cores, writers may take all that they can reach: what a reader gives up for
// that, the writer covers, and covers for both kinds of refusals; gaps do not touch each other. So one choice
// serves all refusals at once.
//
// Acquires of unknown outcome, whose owners never call again, would hold for ever: after all cores one writer, or
// after the last writer any number of readers. Both cases are tried.
//
// An owner's own holds never explain its refusals: its operations follow one another. So a refusal that is
// explained only at an instant at which its owner does something else as well may be explained in a circle: then
// this is not exact.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "checker/pace.h"

namespace picklock {

struct SharedHold {
  TrueTime earliest{};       // the acquire's invocation ...
  TrueTime since = kNever;   // ... and return; kNever: of unknown outcome
  TrueTime until = kNever;   // the release's invocation ...
  TrueTime latest = kNever;  // ... and return
  std::uint32_t owner = 0;
  bool writes = false;
  std::uint32_t acquire = 0;  // places
  std::uint32_t release = 0;
};

struct SharedRefusal {
  TrueTime from{};
  TrueTime until{};
  std::uint32_t owner = 0;
  bool writes = false;
  bool touches_before = false;  // its owner's operation before it returned at `from`
  bool touches_after = false;   // the next one was invoked at `until`
  std::uint32_t place = 0;
};

struct Unexplained {
  bool is_exact = true;
  // In each case, the unexplained refusal that returned first; empty when one choice explains all of them.
  std::vector<SharedRefusal> refusals;
};

// Cores are longer than an instant. O(n log n).
Unexplained unexplained_refusals(std::vector<SharedHold> holds,
                                 const std::vector<SharedRefusal>& refusals, Pace& pace);

// When the last writer that acquired before an instant asked for it; long ago, where there is none. O(n).
TrueTime last_writer_before(const std::vector<SharedHold>& holds, TrueTime instant);

// The release before the refusal and the acquire after it, as far as there are any, of holds that would have
// explained it. O(n).
std::vector<std::uint32_t> neighbours_of(const SharedRefusal& refusal,
                                         const std::vector<SharedHold>& holds);

}  // namespace picklock
