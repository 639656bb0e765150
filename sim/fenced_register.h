// What the protected resource is, in every world: a register that may check fencing tokens.
#pragma once

#include <cstdint>

#include "algorithms/workload/client.h"
#include "base/operation.h"

namespace picklock {

struct ResourceRequest {
  Action action = Action::read;
  std::int64_t value = 0;
  std::int64_t fence = 0;
};

struct FencedRegister {
  std::int64_t value = 0;
  std::int64_t bar = 0;  // the token that counts, in the mode's sense; 0: none yet

  ResourceReply apply(Fencing fencing, const ResourceRequest& request);

 private:
  // Whether the fencing mode lets this operation pass; raises the bar if it does.
  bool admits(Fencing fencing, const ResourceRequest& request);
};

}  // namespace picklock
