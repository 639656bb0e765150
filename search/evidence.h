// What a run shows of how its lock broke, for the rules that name the pitfall (search/pitfall.h).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "checker/history.h"
#include "scenarios/scenario.h"

namespace picklock {

class Evidence {
 public:
  // Of what happened up to `until`, and how each operation ended. Both outlive the evidence.
  Evidence(const Scenario& scenario, const History& history, TrueTime until);

  // The loss of a hold in which its client believed: the first of all.
  const std::optional<Event>& loss() const { return loss_; }
  // A hold that another one's release took away, believed in or not.
  const std::optional<Event>& deletion() const { return deletion_; }
  bool has_struck(FaultKind kind) const { return struck_.contains(kind); }
  bool is_client_dead() const { return is_client_dead_; }
  bool was_anybody_granted() const;
  // A server had ceased to name a hold before its client was told that it has it.
  bool was_granted_too_late() const { return was_granted_too_late_; }
  bool was_overwritten() const { return was_overwritten_; }
  bool has_server_forgotten() const { return has_forgotten_; }
  // An operator promoted a replica, or sentinels did.
  bool was_replica_promoted() const { return promoted_.has_value(); }
  // After a promotion another server than the promoted one named a hold; or a client was cut off from it.
  bool has_old_primary_granted() const;
  // A server names a hold whose acquire its client has given up.
  bool is_held_by_nobody() const;
  // Of a hold that was deleted: the release that did it was sent while its own hold was in force.
  bool was_sent_in_time(OpId release) const;
  // An operation on the resource, sent while its hold was in force, took effect after it had ended.
  bool has_late_effect() const { return has_late_effect_; }

 private:
  bool is_client(NodeId node) const;
  void add(const Event& event);
  void strike(const Event& event);
  void grant(const Event& event);
  void unname(const Event& event);
  void apply(const Event& event);

  const Scenario& scenario_;
  const Subject& subject_;
  std::optional<Event> loss_;
  std::optional<Event> deletion_;
  std::set<FaultKind> struck_;
  std::vector<const Fault*> cuts_;
  std::vector<OpId> names_;  // now
  std::set<OpId> unnamed_;
  bool was_granted_too_late_ = false;
  std::map<OpId, NodeId> believed_;
  std::map<OpId, Outcome> ends_;  // of acquires
  std::map<OpId, TrueTime> invoked_;
  std::map<OpId, OpId> holds_of_;
  std::map<OpId, TrueTime> expired_;
  bool is_client_dead_ = false;
  std::optional<NodeId> promoted_;
  bool has_old_primary_granted_ = false;
  bool was_overwritten_ = false;
  bool has_forgotten_ = false;
  bool has_late_effect_ = false;
};

}  // namespace picklock
