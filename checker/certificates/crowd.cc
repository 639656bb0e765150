// Acquires and releases of an owner-blind lock alternate. So m of one kind inside of a span of time need m - 1 of
// the other that meet it; and m, where it begins with the history and they are releases. One operation
// serves in one of several spans only.
#include <algorithm>
#include <map>
#include <utility>

#include "checker/certificates/certificates.h"

namespace picklock::certificates {
namespace {

using Instant = std::pair<TrueTime, int>;  // 1: just after whatever returned then

struct Window {
  Instant begin;
  Instant end;
};

// The windows in the cut. A process's operations follow one another even where they touch; if only one
// operation returns at that instant, the next begins after it.
std::vector<Window> windows_of(const Claim& claim) {
  std::vector<TrueTime> returns;
  for (const Operation& operation : claim.history.operations) {
    if (claim.is_in_cut(operation)) returns.push_back(operation.returned);
  }
  std::ranges::sort(returns);
  std::map<std::uint32_t, TrueTime> last_return;  // by process
  std::vector<Window> windows;
  for (const Operation& operation : claim.history.operations) {
    const auto last = last_return.find(operation.process);
    const bool touches = last != last_return.end() && last->second == operation.invoked;
    // Not std::ranges::equal_range: Clang 14 cannot compile the subrange of this standard library.
    const auto [begin, end] = std::equal_range(returns.begin(), returns.end(), operation.invoked);
    const bool is_alone = end - begin == 1;
    windows.push_back({{operation.invoked, touches && is_alone ? 1 : 0}, {operation.returned, 0}});
    if (claim.is_in_cut(operation)) last_return[operation.process] = operation.returned;
  }
  return windows;
}

}  // namespace

bool is_crowd(const Claim& claim) {
  const bool is_ownerless = claim.judgement.specification.kind == SpecificationKind::mutex;
  if (claim.named.empty() || !is_ownerless) return false;
  const std::vector<Window> windows = windows_of(claim);
  const Verb verb = claim.at(claim.named.front()).verb;
  std::vector<Window> others;
  for (std::uint32_t i = 0; i < windows.size(); ++i) {
    const Operation& operation = claim.at(i);
    const bool failed = operation.outcome == Outcome::refused && claim.has_returned(operation);
    if (claim.is_in_cut(operation) && operation.verb != verb && !failed) {
      others.push_back(windows[i]);
    }
  }
  std::ranges::sort(others, {}, &Window::begin);
  const auto count_inside = [&](Instant after, Instant before) {
    const auto first = std::ranges::upper_bound(others, after, {}, &Window::begin);
    return std::count_if(first, std::ranges::lower_bound(others, before, {}, &Window::begin),
                         [&](const Window& other) { return other.end < before; });
  };
  auto meeting = static_cast<std::int64_t>(others.size());
  std::int64_t spans = verb == Verb::acquire ? 1 : 0;
  std::vector<Window> crowd;
  for (std::size_t i = 0; i < claim.named.size(); ++i) {
    const std::uint32_t place = claim.named[i];
    const Operation& operation = claim.at(place);
    const bool is_one = claim.is_in_cut(operation) && operation.verb == verb &&
                        operation.outcome == Outcome::ok && claim.has_returned(operation);
    if (!is_one || (i > 0 && place <= claim.named[i - 1])) return false;
    crowd.push_back(windows[place]);
  }
  std::ranges::sort(crowd, {}, &Window::begin);
  Instant until{TrueTime::min(), 0};
  for (const Window& window : crowd) {
    // A new span, where that leaves some of the others to the gap before it.
    const auto parted = window.begin > until ? count_inside(until, window.begin) : 0;
    meeting -= parted;
    if (parted > 0 && (until.first != TrueTime::min() || verb == Verb::release)) ++spans;
    until = std::max(until, window.end);
  }
  meeting -=
      std::ranges::count_if(others, [&](const Window& other) { return other.begin > until; });
  return static_cast<std::int64_t>(claim.named.size()) > meeting + spans;
}

}  // namespace picklock::certificates
