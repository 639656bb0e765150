#include "search/pitfall.h"

#include <algorithm>
#include <array>

#include "base/require.h"
#include "search/evidence.h"

namespace picklock {
namespace {

constexpr std::array<PitfallClass, 29> kClasses{{
    {"P01", "a lock without an end", "a lock must end by itself, or the dead keep it"},
    {"P03", "acquiring by overwriting",
     "a write that does not ask whether the lock is free takes it from its holder"},
    {"P04", "checking one's own write",
     "reading back that the key exists says nothing about who wrote it"},
    {"P05", "a result that nobody looks at",
     "an acquire that does not tell a new hold from an old one grants both"},
    {"P07", "deleting whatever is there", "a release must compare before it deletes"},
    {"P13", "comparing, and then deleting",
     "between two commands the lease may end: compare and delete in one step, in the server"},
    {"P14", "a pause longer than the lease",
     "no lease can tell its holder in time: the resource must refuse whoever comes late"},
    {"P16", "a pause between check and act",
     "a deadline that was checked may pass before the write arrives: only the resource can check "
     "last"},
    {"P17", "a message later than the lease",
     "a write can outlive the hold under which it was sent: the resource must refuse it"},
    {"P18", "a server's clock that steps",
     "a lease ends by the server's clock, which may jump: fence what the lock protects"},
    {"P19", "one of a majority's clocks steps",
     "a majority is as good as the clocks of the servers that overlap"},
    {"P20", "a server that forgets",
     "a server that comes back without its memory gives away what it had promised"},
    {"P24", "a clock faster than the margin",
     "the margin must be greater than what clocks gain, slewing included"},
    {"P25", "a machine that sleeps",
     "a clock that stops in a suspend cannot measure a lease: use boot time, and a fence"},
    {"P26", "a clock that stands still", "a lease by a clock that has stopped never ends"},
    {"P36b", "work longer than the lease",
     "a lease that is not renewed must outlast the work, or the work must stop with it"},
    {"P37", "a failover that forgets",
     "a grant that no replica has dies with the primary: asynchronous replication loses locks"},
    {"P38", "an old primary that goes on granting",
     "who is cut off with the old primary still gets the lock there: only a majority can tell"},
    {"P39", "an acknowledgement by the wrong replica",
     "WAIT counts replicas, but does not choose the next primary: it is no consensus"},
    {"P40", "a fence that goes back",
     "a counter that is replicated asynchronously repeats itself after a failover"},
    {"P41", "asking a replica who owns the lock",
     "a replica answers with the past: ask the primary, and let the resource check"},
    {"P45", "a request that arrives after it was given up",
     "an acquire that timed out may still take effect: it must be taken back when it does"},
    {"P46", "a reply that was lost",
     "no answer is not a refusal: who asks again meets his own lock"},
    {"P47", "a release that comes twice", "a token must be used for one hold only"},
    {"P52", "a holder that is cut off",
     "a session or lease ends for the server before its client can learn of it"},
    {"P56", "a waiter that left its place behind", "whoever stops waiting must leave the queue"},
    {"P57", "waking everybody", "each waiter should watch the one before it alone"},
    {"P58", "the dead one before me was no holder",
     "when a predecessor dies, look at the whole queue again"},
    {"P77", "a fence that only writes close",
     "show the token when reading too: the first operation of a hold must close the resource"},
}};

const PitfallClass* pitfall(std::string_view id) {
  const auto* const found = std::ranges::find(kClasses, id, &PitfallClass::id);
  require(found != kClasses.end(), "each rule names a class of the table");
  return found;
}

// Somebody waits for ever.
const PitfallClass* why_nobody_gets_it(const Evidence& evidence) {
  if (evidence.has_struck(FaultKind::clock_freeze)) return pitfall("P26");
  if (evidence.was_overwritten()) return pitfall("P03");
  if (evidence.is_held_by_nobody()) {
    if (evidence.has_struck(FaultKind::lose)) return pitfall("P46");
    if (evidence.has_struck(FaultKind::delay)) return pitfall("P45");
    return pitfall(evidence.was_anybody_granted() ? "P56" : "P04");
  }
  return evidence.is_client_dead() ? pitfall("P01") : nullptr;
}

const PitfallClass* why_it_expired(const Evidence& evidence, const Scenario& scenario) {
  if (evidence.has_struck(FaultKind::clock_step)) {
    return pitfall(scenario.servers.count > 1 ? "P19" : "P18");
  }
  if (evidence.has_struck(FaultKind::clock_rate)) return pitfall("P24");
  if (evidence.has_struck(FaultKind::suspend)) return pitfall("P25");
  if (evidence.has_struck(FaultKind::pause)) return pitfall(scenario.diligent ? "P16" : "P14");
  if (evidence.has_struck(FaultKind::delay) && evidence.has_late_effect()) return pitfall("P17");
  if (evidence.has_struck(FaultKind::partition)) return pitfall("P52");
  return scenario.faults.empty() ? pitfall("P36b") : nullptr;
}

const PitfallClass* why_it_was_lost(const Evidence& evidence, const Scenario& scenario,
                                    const Event& loss) {
  switch (loss.cause) {
    case Cause::expired:
      return why_it_expired(evidence, scenario);
    case Cause::overwritten:
      return pitfall("P04");
    case Cause::lost:
      return pitfall("P20");
    case Cause::deleted:
      if (scenario.servers.reads == ReadsFrom::replica) return pitfall("P41");
      if (evidence.has_struck(FaultKind::duplicate)) return pitfall("P47");
      if (evidence.has_struck(FaultKind::partition) || evidence.has_struck(FaultKind::delay)) {
        return pitfall("P07");  // sent in time or not: it was on its way when the owner changed
      }
      return pitfall(evidence.was_sent_in_time(loss.op) ? "P13" : "P07");
    default:
      return nullptr;
  }
}

// A replica was made the primary.
const PitfallClass* why_failover_broke_it(const Evidence& evidence, const Scenario& scenario,
                                          std::string_view property) {
  if (property.starts_with("fence-")) return pitfall("P40");
  if (scenario.lock.acks > 0) return pitfall("P39");
  return pitfall(evidence.has_old_primary_granted() ? "P38" : "P37");
}

}  // namespace

const PitfallClass* pitfall_of(const Scenario& scenario, const History& history,
                               const Counterexample& counterexample, std::string_view property) {
  const Evidence evidence(scenario, history, counterexample.until);
  if (property == "single-wake-up") return pitfall("P57");
  if (evidence.was_replica_promoted()) {
    return why_failover_broke_it(evidence, scenario, property);
  }
  if (property == "deadlock-freedom") return why_nobody_gets_it(evidence);
  if (property.starts_with("fence-")) {
    return evidence.has_server_forgotten() ? pitfall("P20") : nullptr;
  }
  const bool is_damage = property == "no-lost-update" || property == "no-oversell";
  if (is_damage && scenario.resource.fencing == Fencing::on_write) return pitfall("P77");
  if (property == "release-safety" && evidence.deletion()) {
    return why_it_was_lost(evidence, scenario, *evidence.deletion());
  }
  if (evidence.loss()) return why_it_was_lost(evidence, scenario, *evidence.loss());
  const bool is_exclusion = property.ends_with("-exclusion") || property.starts_with("lock-");
  if (!is_exclusion && !is_damage) return nullptr;
  // Two hold it, and no server ever took it from the first.
  if (evidence.was_granted_too_late()) return pitfall("P04");
  return pitfall(evidence.is_client_dead() ? "P58" : "P05");
}

}  // namespace picklock
