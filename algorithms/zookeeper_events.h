// The events of a ZooKeeper handle between the session that has them and the client that waits for them.
#pragma once

#include <deque>
#include <utility>

#include "algorithms/zookeeper_client.h"
#include "base/require.h"

namespace picklock {

class ZkEventQueue {
 public:
  using NextEvent = ZooKeeperClient::NextEvent;

  // Forgets the events and who waits.
  void clear() {
    events_.clear();
    waiter_ = nullptr;
  }
  bool is_waited_for() const { return waiter_ != nullptr; }

  // Gives the event to whoever waits, after `end_patience()`, or keeps it.
  template <class EndPatience>
  void add(const ZkEvent& event, EndPatience end_patience) {
    if (waiter_ == nullptr) {
      events_.push_back(event);
      return;
    }
    end_patience();
    std::exchange(waiter_, nullptr)->complete({event, false});
  }

  // Completes with the oldest event: true. Else it waits from now on, as the only one: false.
  bool take(Completion<NextEvent>& next) {
    require(waiter_ == nullptr, "two waits for the events of one ZooKeeper handle");
    if (events_.empty()) {
      waiter_ = &next;
      return false;
    }
    ZkEvent event = std::move(events_.front());
    events_.pop_front();
    next.complete({std::move(event), false});
    return true;
  }

  // The patience of whoever waits is over.
  void give_up() { std::exchange(waiter_, nullptr)->complete({ZkEvent{}, true}); }

 private:
  std::deque<ZkEvent> events_;  // that nobody has waited for yet
  Completion<NextEvent>* waiter_ = nullptr;
};

}  // namespace picklock
