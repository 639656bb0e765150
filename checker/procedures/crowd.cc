#include "checker/procedures/crowd.h"

#include <algorithm>
#include <utility>

#include "checker/procedures/last_returns.h"
#include "checker/procedures/prefix_maximum.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

class CrowdFinder {
 public:
  CrowdFinder(const OperationHistory& history, Places places, TrueTime cut, Verb verb, Pace& pace)
      : history_(history),
        places_(places),
        cut_(cut),
        verb_(verb),
        pace_(pace),
        marks_(places.size()) {
    // Spans and gaps are numbered as they begin; number 0 begins before everything.
    spans_.append(verb == Verb::acquire ? -1 : 0);
    gaps_.append(0);
    span_after_.push_back(kNoIndex);
    gap_after_.push_back(kNoIndex);
    gap_from_.emplace_back(TrueTime::min(), 0);
  }

  std::vector<std::uint32_t> run() {
    std::vector<Return> returns;
    std::int64_t others = 0;
    for (std::uint32_t i = 0; i < places_.size() && at(i).invoked <= cut_; ++i) {
      if (!crowds(i) && !may_separate(i)) continue;
      if (!crowds(i)) ++others;
      if (at(i).returned <= cut_) returns.emplace_back(at(i).returned, i);
    }
    sort_at(pace_, returns);
    LastReturns last;
    std::uint32_t invoked = 0;
    for (const Return& next : returns) {
      pace_.step();
      const auto& [now, index] = next;
      std::uint32_t follower = kNoIndex;
      for (; invoked < places_.size() && at(invoked).invoked <= now; ++invoked) {
        const bool follows = last.touches(at(invoked)) && at(invoked).invoked == now;
        if (follows) {
          follower = invoked;
        } else {
          open(invoked);
        }
      }
      close(next);
      if (spans_.maximum() > others) return members(next);
      if (follower != kNoIndex) open(follower);
    }
    return {};
  }

 private:
  using Return = std::pair<TrueTime, std::uint32_t>;

  const Operation& at(std::uint32_t index) const { return history_.operations[places_[index]]; }
  bool crowds(std::uint32_t index) const {
    return at(index).verb == verb_ && at(index).outcome == Outcome::ok &&
           at(index).returned <= cut_;
  }
  bool may_separate(std::uint32_t index) const {
    const bool had_no_effect = at(index).outcome == Outcome::refused && at(index).returned <= cut_;
    return at(index).verb != verb_ && !had_no_effect;
  }

  // An operation lies inside of the spans, or the gaps, that have begun when it is invoked.
  void open(std::uint32_t index) {
    if (!crowds(index)) {
      marks_[index] = static_cast<std::uint32_t>(gaps_.size());
      return;
    }
    spans_.append(gaps_.maximum() - 1);
    span_after_.push_back(gaps_.place());
    marks_[index] = static_cast<std::uint32_t>(spans_.size());
  }
  void close(const Return& next) {
    if (!crowds(next.second)) {
      gaps_.raise(marks_[next.second]);
      return;
    }
    spans_.raise(marks_[next.second]);
    gaps_.append(spans_.maximum());
    gap_after_.push_back(spans_.place());
    gap_from_.push_back(next);
  }

  // What lies inside of the best spans, of which the last ends with `last`.
  std::vector<std::uint32_t> members(const Return& last) const {
    std::vector<std::pair<std::uint32_t, Return>> spans;  // and where they end
    spans.emplace_back(spans_.place(), last);
    for (std::uint32_t gap = span_after_[spans_.place()]; gap != kNoIndex && gap != 0;) {
      spans.emplace_back(gap_after_[gap], gap_from_[gap]);
      gap = span_after_[gap_after_[gap]];
    }
    std::vector<std::uint32_t> result;
    for (std::uint32_t i = 0; i < places_.size() && at(i).invoked <= cut_; ++i) {
      if (!crowds(i) || Return(at(i).returned, i) > last) continue;
      while (spans.size() > 1 && spans[spans.size() - 2].first < marks_[i]) spans.pop_back();
      const auto& [span, end] = spans.back();
      if (span < marks_[i] && Return(at(i).returned, i) <= end) result.push_back(places_[i]);
    }
    return result;
  }

  const OperationHistory& history_;
  Places places_;
  TrueTime cut_;
  Verb verb_;
  Pace& pace_;
  std::vector<std::uint32_t> marks_;
  // What lies inside of the spans and gaps up to now, less one for each span, if the present one is a span
  // of that beginning; or a gap.
  PrefixMaximum spans_{PrefixMaximum::Ties::latest};
  PrefixMaximum gaps_{PrefixMaximum::Ties::earliest};
  std::vector<std::uint32_t> span_after_;  // the gap before it
  std::vector<std::uint32_t> gap_after_;
  std::vector<Return> gap_from_;
};

}  // namespace

std::vector<std::uint32_t> find_crowd(const OperationHistory& history, Places places, TrueTime at,
                                      Verb verb, Pace& pace) {
  return CrowdFinder(history, places, at, verb, pace).run();
}

}  // namespace picklock
