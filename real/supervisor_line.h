// A process's line to the supervisor: it says when it waits, and asks before it passes a point at which a
// fault may strike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "real/event_loop.h"
#include "real/run_memory.h"

namespace picklock {

class SupervisorLine {
 public:
  struct Options {
    int control = -1;  // a SOCK_SEQPACKET socket: points out, one byte of consent back
    int idle = -1;     // an eventfd that is written to when the process begins to wait
    int wake = -1;     // an eventfd that becomes ready when the process's next timer is due
    std::vector<std::string> watched;  // the points at which a fault of the scenario is anchored
  };

  SupervisorLine(Options options, EventLoop& loop, ProcessSlot& slot);

  // Waits for the start of the run; false when the supervisor is gone.
  bool wait_for_start() const;
  // Waits until there is something to do, having said so, and does it.
  void wait();
  // Goes on when the supervisor has done what it wants to do at this point.
  void reached(std::string_view label) const;

 private:
  bool wait_for_consent() const;

  Options options_;
  EventLoop& loop_;
  ProcessSlot& slot_;
};

}  // namespace picklock
