#include "real/real_time_loop.h"

#include <algorithm>

namespace picklock {

bool RealTimeLoop::run_until(const std::function<bool()>& is_over, Duration patience,
                             const std::function<bool()>& stop) {
  constexpr Duration kMoment = std::chrono::milliseconds(100);
  const TrueTime last = now() + patience;
  TrueTime look = now();  // at `stop` again
  while (true) {
    trampoline_.run();
    if (is_over()) return true;
    const TrueTime present = now();
    if (present >= last) return false;
    if (present >= look) {
      if (stop()) return false;
      look = present + kMoment;
    }
    page_->move_to(present);
    const Duration wait = std::min({events_.next_due(), last, look}) - present;
    events_.run_ready(std::max(wait, Duration{}));
  }
}

}  // namespace picklock
