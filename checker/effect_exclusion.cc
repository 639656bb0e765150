#include <fmt/core.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <optional>
#include <utility>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/scratch.h"

namespace picklock {
namespace {

// From the first to the last accepted operation of one hold.
struct Span {
  std::uint32_t hold = kNoIndex;
  TrueTime first{};
  TrueTime last{};
};

bool counts(const Effect& effect) {
  return effect.outcome == Outcome::ok && effect.hold != kNoIndex;
}

// In the order of `first`.
ScratchVector<Span> spans_of(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<Span> spans(scratch.memory());
  ScratchVector<std::uint32_t> place(timeline.holds().size(), kNoIndex, scratch.memory());
  for (const Effect& effect : timeline.effects()) {
    if (!counts(effect)) continue;
    std::uint32_t& at = place[effect.hold];
    if (at == kNoIndex) {
      at = static_cast<std::uint32_t>(spans.size());
      spans.push_back({.hold = effect.hold, .first = effect.at});
    }
    spans[at].last = effect.at;
  }
  return spans;
}

// The precedence graph has an edge from i to j when an operation of i was applied before one of j. Were
// there a cycle without one of length two, its spans would follow each other in a circle; so two spans
// that precede each other are all that can go wrong, and a sweep finds them.
std::optional<std::pair<Span, Span>> mutual_precedence(const ScratchVector<Span>& spans) {
  const Span* longest = nullptr;         // among all so far
  const Span* longest_before = nullptr;  // among those that began before the present instant
  TrueTime instant = TrueTime::min();
  for (const Span& span : spans) {
    if (span.first > instant) {
      longest_before = longest;
      instant = span.first;
    }
    // A single moment may be ordered before whatever begins at that same moment.
    const Span* rival = span.first == span.last ? longest_before : longest;
    if (rival != nullptr && span.first < rival->last) return std::pair(*rival, span);
    if (longest == nullptr || span.last > longest->last) longest = &span;
  }
  return std::nullopt;
}

// How many holds are entangled with this one: its strong component in the precedence graph. Edges from
// each instant to the next one suffice, since precedence is their transitive closure.
std::size_t entangled_with(const Timeline& timeline, std::uint32_t hold) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(timeline.holds().size());
  std::vector<std::uint32_t> before;
  std::vector<std::uint32_t> now;
  TrueTime instant = TrueTime::min();
  for (const Effect& effect : timeline.effects()) {
    if (!counts(effect)) continue;
    if (effect.at > instant) {
      before.swap(now);
      now.clear();
      instant = effect.at;
    }
    now.push_back(effect.hold);
    for (const std::uint32_t earlier : before) {
      if (earlier != effect.hold) boost::add_edge(earlier, effect.hold, graph);
    }
  }
  std::vector<std::size_t> component(timeline.holds().size());
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, graph)));
  return static_cast<std::size_t>(std::ranges::count(component, component[hold]));
}

// The first accepted operation of `inner` strictly between the first and the last of `outer`.
const Effect* intruder(const Timeline& timeline, const Span& outer, const Span& inner) {
  for (const Effect& effect : timeline.effects()) {
    if (!counts(effect) || effect.hold != inner.hold) continue;
    if (effect.at > outer.first && effect.at < outer.last) return &effect;
  }
  return nullptr;
}

OpId operation_at(const Timeline& timeline, const Span& span, TrueTime at) {
  for (const Effect& effect : timeline.effects()) {
    if (counts(effect) && effect.hold == span.hold && effect.at == at) return effect.op;
  }
  return OpId{};
}

Verdict interleaving(const Timeline& timeline, std::uint64_t judged, Span outer, Span inner) {
  const Effect* between = intruder(timeline, outer, inner);
  if (between == nullptr) {
    std::swap(outer, inner);
    between = intruder(timeline, outer, inner);
  }
  const OpId first = operation_at(timeline, outer, outer.first);
  const OpId last = operation_at(timeline, outer, outer.last);
  const OpId middle = between == nullptr ? operation_at(timeline, inner, inner.last) : between->op;
  const TrueTime middle_at = between == nullptr ? inner.last : between->at;
  std::string reason =
      fmt::format("{} was applied at {}, between {} at {} and {} at {}", describe(timeline, middle),
                  clock_text(middle_at), describe(timeline, first), clock_text(outer.first),
                  describe(timeline, last), clock_text(outer.last));
  const std::size_t entangled = entangled_with(timeline, outer.hold);
  if (entangled > 2) reason += fmt::format("; {} holds are entangled", entangled);
  return violation(judged, std::move(reason), {first, middle, last}, outer.first, outer.last);
}

}  // namespace

Verdict judge_effect_exclusion(const Timeline& timeline, const Limits&) {
  Scratch scratch;
  const ScratchVector<Span> spans = spans_of(timeline, scratch);
  if (const auto pair = mutual_precedence(spans)) {
    return interleaving(timeline, spans.size(), pair->first, pair->second);
  }
  return {.judged = spans.size()};
}

}  // namespace picklock
