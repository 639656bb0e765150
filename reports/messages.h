// The messages of a history, with what they meant: what a client asked, what a server or the resource did about
// it, and when the client had its answer. Where the run kept its messages, all of them, and when each was sent;
// otherwise those that the events give away.
#pragma once

#include <string>
#include <vector>

#include "checker/history.h"
#include "reports/facts.h"

namespace picklock {

struct Message {
  NodeId from, to;
  OpId op;                     // that it belongs to; none: no event speaks of it
  TrueTime sent;               // when `sent_is_known`; else the earliest instant it may be
  TrueTime received = kNever;  // kNever: it had no effect that anybody saw
  bool sent_is_known = true;   // false: a client that retries sent it at some time before
  bool is_answer = false;
  bool is_refused = false;  // an answer: by the resource
  bool is_wrong = false;    // an operation that did damage
  std::string label;        // "acquire", "write 1", "fence 34"
};

// In the order of arrival; those that never arrived in the order in which they were sent, at the end.
// O(events log events).
std::vector<Message> messages_of(const Facts& facts, const History& history);

}  // namespace picklock
