// What a history says about each instant, in the form in which pictures ask for it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/history.h"

namespace picklock {

class Facts {
 public:
  struct Hold {
    OpId op;
    NodeId client;
    TrueTime asked = kNever;
    TrueTime granted = kNever;         // kNever: it was not
    TrueTime waited_until = kNever;    // granted, refused, given up or crashed
    TrueTime believed_until = kNever;  // released, learned of its loss, crashed; when the client is
                                       // diligent, its deadline as well
    std::int64_t fence = 0;
  };
  struct Naming {
    NodeId server;
    OpId hold;
    TrueTime from, until = kNever;
  };
  struct Outage {
    NodeId node;
    TrueTime from, until = kNever;
    bool crash = false;
  };
  struct Effect {
    Event event;  // of kind applied
    NodeId client;
    std::int64_t highest_fence = 0;  // that was accepted before
    OpId
        lost;  // the write of another client that this one wipes out, or the run of a job that it repeats
  };

  // O(events * log(operations)); keeps no reference to the history but to its subject.
  explicit Facts(const History& history);

  const Subject& subject() const { return *subject_; }
  TrueTime end() const { return end_; }
  const std::map<OpId, Hold>& holds() const { return holds_; }
  const std::vector<Naming>& namings() const { return namings_; }
  const std::vector<Outage>& outages() const { return outages_; }
  const std::vector<Effect>& effects() const { return effects_; }
  const Event* invocation(OpId op) const;  // null when there is none
  NodeId client_of(OpId op) const;         // none when unknown
  std::string name(NodeId node) const;
  std::string client_name(OpId op) const { return name(client_of(op)); }
  std::size_t server_count() const { return server_count_; }

  bool believes(const Hold& hold, TrueTime at) const {
    return hold.granted <= at && at < hold.believed_until;
  }
  bool waits(const Hold& hold, TrueTime at) const {
    return hold.asked <= at && at < hold.waited_until;
  }
  // Believes, while fewer servers than a quorum name it; where nobody looked inside the servers: while
  // a later grant is believed too.
  bool is_mistaken(const Hold& hold, TrueTime at) const;
  std::uint32_t named_by(OpId hold, TrueTime at) const;  // how many servers
  std::size_t believers(TrueTime at) const;
  const Outage* outage(NodeId node, TrueTime at) const;  // a crash before a pause; null: none
  // It took effect when its client held the lock no longer.
  bool is_stale(const Effect& effect) const;
  // The last accepted change of the resource; null: there was none.
  const Effect* last_change(TrueTime at) const;

 private:
  void add(const Event& event);
  void add_outage(const Event& event);
  void add_effect(const Event& event);
  void end_naming(const Event& event);
  void end_belief(Hold& hold, TrueTime at);

  std::shared_ptr<const Subject> subject_;
  TrueTime end_;
  std::map<OpId, Event> invocations_;
  std::map<OpId, Hold> holds_;
  std::map<OpId, TrueTime> deadlines_;
  std::vector<Naming> namings_;
  std::vector<Outage> outages_;
  std::vector<Effect> effects_;
  std::int64_t highest_fence_ = 0;
  std::size_t server_count_ = 0;
};

}  // namespace picklock
