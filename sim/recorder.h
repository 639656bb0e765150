// Where a run writes what happened. The digest is always on; the history is kept only when asked for.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "checker/history.h"

namespace picklock {

class Recorder {
 public:
  void reset(bool keep_history) {
    digest_ = Digest{};
    events_.clear();
    grants_ = 0;
    keep_history_ = keep_history;
    if (keep_history) events_.reserve(kUsually);
    lag_ = Duration{};
  }

  // What is recorded from now on happens so much later than it says: of two events of one instant, one was first.
  void set_lag(Duration lag) { lag_ = lag; }
  Duration lag() const { return lag_; }

  void add(Event event) {
    event.at += lag_;
    add_to(digest_, event);
    const bool granted = event.kind == EventKind::complete && event.action == Action::acquire &&
                         event.outcome == Outcome::ok;
    if (granted) ++grants_;
    if (keep_history_) events_.push_back(event);
  }
  // A kernel event that is no part of the history still belongs to the digest.
  void add_internal(std::uint64_t word) { digest_.add(word); }

  std::uint64_t digest() const { return digest_.value(); }
  std::uint64_t grants() const { return grants_; }
  std::vector<Event>& events() { return events_; }
  const std::vector<Event>& events() const { return events_; }

 private:
  static constexpr std::size_t kUsually =
      256;  // a history of a short run grows without being moved

  Digest digest_;
  std::vector<Event> events_;
  std::uint64_t grants_ = 0;
  Duration lag_{};
  bool keep_history_ = true;
};

}  // namespace picklock
