#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/overlap.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

Verdict two_owners(const Timeline& timeline, const Overlap& overlap) {
  const Hold& first = timeline.holds()[overlap.earlier.owner];
  const Hold& second = timeline.holds()[overlap.later.owner];
  const bool quorum = timeline.subject().quorum > 1;
  return violation(
      timeline.ownerships().size(),
      fmt::format(
          "{} came to name {} as the lock's owner at {} while {} still named {} (from {} until {})",
          quorum ? "a quorum of servers" : "a server", name_of(timeline, second),
          clock_text(overlap.later.from), quorum ? "a quorum" : "a server",
          name_of(timeline, first), clock_text(overlap.earlier.from),
          clock_text(overlap.earlier.until)),
      {first.id, second.id}, overlap.from(), overlap.until());
}

}  // namespace

// Ownership intervals of one hold are disjoint, so any overlap is one of two holds.
Verdict judge_server_exclusion(const Timeline& timeline, const Limits&) {
  OverlapFinder finder;
  for (const Ownership& ownership : timeline.ownerships()) {
    if (finder.add({.from = ownership.from, .until = ownership.until, .owner = ownership.hold})) {
      return two_owners(timeline, finder.overlap());
    }
  }
  return {.judged = timeline.ownerships().size()};
}

}  // namespace picklock
