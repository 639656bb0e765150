// What the clients of a lock had of it: how often, how soon, how fairly, and at what cost to its servers.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "checker/history.h"
#include "sim/world.h"

namespace picklock {

// Over some runs. Integers alone: sums do not depend on how the runs were shared out.
struct Performance {
  std::uint64_t runs = 0;
  // Acquires that ended, or whose client still waits at the end of the run; not those of a client that crashed.
  std::uint64_t asked = 0;
  std::uint64_t granted = 0;
  Duration active{};  // from the first question to the last answer of each run
  std::uint64_t lock_messages = 0;
  std::uint64_t server_operations = 0;
  // Grants to others who asked later, while an acquire waited that was granted in the end.
  std::uint64_t bypasses = 0;
  std::uint64_t most_bypassed = 0;  // by one acquire
  // Jain's index of the grants a client until the first client was done, in millionths, added up over the runs that had
  // a grant by then. Source: Jain, Chiu, Hawe, DEC-TR-301 (1984).
  std::uint64_t fairness_millionths = 0;
  std::uint64_t fairness_runs = 0;
  std::uint64_t holder_crashes =
      0;                        // while others waited for the lock, or before they asked for it
  std::uint64_t recovered = 0;  // crashes after which another client was granted the lock
  // When samples are kept, in the order of runs:
  std::vector<Duration> waits;      // from the question to the grant
  std::vector<Duration> hand_offs;  // from a release to the grant of a client that waited then
  std::vector<Duration>
      recoveries;  // from a holder's crash, or the first question after it, to the next grant

  void add(const Performance& other);
};

// The smallest of `samples`, which must be sorted and not empty, that at least a share of `millionths` does not exceed.
Duration quantile(const std::vector<Duration>& samples, std::uint32_t millionths);

// Measures one run after the other; its storage is reused.
class Meter {
 public:
  // The history must have its events. O(events + grants times clients).
  Performance measure(const RunResult& run, bool samples);

 private:
  struct Client {
    TrueTime asked = kNever;  // kNever: it does not wait
    std::uint64_t bypassed = 0;
    bool holds = false;
    bool is_gone = false;           // crashed
    TrueTime last{};                // answer
    std::uint64_t open = 0;         // operations without an answer
    std::vector<TrueTime> granted;  // when
  };

  void invoked(const Event& event);
  void completed(const Event& event);
  void granted(const Event& event);
  void crashed(const Event& event);
  void finish(const History& history);
  bool anybody_waits() const;

  std::vector<Client> clients_;  // by node
  Performance sum_;
  bool samples_ = false;
  TrueTime released_ = kNever;  // by a client while others waited; kNever: granted since
  bool crashed_ = false;        // a holder, and nobody was granted the lock since
  TrueTime wanted_ = kNever;    // since when somebody waits for it; kNever: nobody
  NodeId released_by_;
  TrueTime first_ = kNever;
  TrueTime last_{};
};

// How many acquires were granted in each stretch of `step` since the start; the last one holds the end of the run.
std::vector<std::uint64_t> grants_over_time(const History& history, Duration step);

}  // namespace picklock
