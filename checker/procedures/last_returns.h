// Which operations are invoked at the very instant at which their process's last one returns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"

namespace picklock {

class LastReturns {
 public:
  // Operations come in the order of invocation, each once.
  bool touches(const Operation& operation) {
    if (operation.process >= last_.size()) last_.resize(operation.process + 1, TrueTime::min());
    TrueTime& last = last_[operation.process];
    const bool calls_again = last == operation.invoked;
    if (operation.returned != kNever) last = std::max(last, operation.returned);
    return calls_again;
  }

 private:
  std::vector<TrueTime> last_;  // by process
};

}  // namespace picklock
