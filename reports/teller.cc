#include "reports/teller.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

}  // namespace

void Teller::tell(const Event& event) {
  switch (event.kind) {
    case EventKind::invoke:
      if (!is_cast(event.node)) return;
      if (event.action == Action::acquire) return asked(event);
      if (event.action == Action::release) return released(event);
      return sent(event);
    case EventKind::complete:
      if (!is_cast(event.node)) return;
      if (event.outcome == Outcome::unknown) return unanswered(event);
      if (event.action == Action::acquire && event.outcome == Outcome::ok) granted(event);
      return;
    case EventKind::aware:
      if (!is_cast(event.node)) return;
      add(event, 45, event.node, facts_.name(event.node) + " learns that it lost the lock");
      return;
    case EventKind::unnamed:
      return unnamed(event);
    case EventKind::applied:
      return applied(event);
    case EventKind::crashed:
      return crashed(event);
    case EventKind::restarted:
      if (is_cast(event.node))
        add(event, 72, event.node, facts_.name(event.node) + " starts again");
      return;
    case EventKind::elected:
      return elected(event);
    case EventKind::paused:
      return paused(event);
    case EventKind::resumed:
      return resumed(event);
    case EventKind::fault:
    case EventKind::fault_end:
      return fault(event);
    default:
      return;
  }
}

void Teller::granted(const Event& event) {
  std::string text = facts_.name(event.node) + " gets the lock";
  if (event.fence != 0) text += fmt::format(", fence {}", event.fence);
  if (facts_.server_count() > 1) {
    std::vector<std::string> servers;
    for (const auto& naming : facts_.namings()) {
      const bool now =
          naming.hold == event.op && naming.from <= event.at && event.at < naming.until;
      if (now) servers.push_back(facts_.name(naming.server));
    }
    if (!servers.empty()) text += " from " + joined(servers);
  }
  const std::vector<std::string> others = other_believers(event.node, event.at);
  if (!others.empty()) {
    text += fmt::format("; {} still {}", joined(others),
                        others.size() == 1 ? "believes it is the holder" : "believe the same");
  }
  add(event, is_central(event.op) || !others.empty() ? 100 : 60, event.node, text);
}

void Teller::asked(const Event& event) {
  const Facts::Hold* own = hold(event.op);
  const bool for_ever = own != nullptr && own->waited_until == kNever;
  if (!for_ever) return;
  add(event, is_central(event.op) ? 94 : 40, event.node,
      facts_.name(event.node) + " asks for the lock and is still waiting at the end");
}

void Teller::released(const Event& event) {
  const Facts::Hold* own = hold(event.hold);
  if (own == nullptr) return;
  const std::string name = facts_.name(event.node);
  if (facts_.is_mistaken(*own, event.at)) {
    add(event, 62, event.node, name + " releases a lock that it no longer holds");
  } else if (!facts_.subject().servers_observed) {
    add(event, 50, event.node, name + " releases the lock");
  }
}

// A write is told when it takes effect, and here as well when that is much later.
void Teller::sent(const Event& event) {
  if (event.action == Action::read) return;
  for (const auto& effect : facts_.effects()) {
    if (effect.event.op != event.op) continue;
    if (effect.event.at - event.at < 50ms) return;
    add(event, 90, event.node,
        fmt::format("{} sends its {}; the network is slow", facts_.name(event.node),
                    to_string(event.action)));
    return;
  }
}

void Teller::unanswered(const Event& event) {
  const std::string_view what = to_string(event.action);
  add(event, is_central(event.op) ? 64 : 48, event.node,
      fmt::format("{} gets no answer to its {}", facts_.name(event.node), what));
}

void Teller::unnamed(const Event& event) {
  const NodeId client = facts_.client_of(event.hold);
  if (!is_cast(client)) return;
  const std::string name = facts_.name(client);
  const std::string other = facts_.client_name(event.op);
  const bool majority = facts_.subject().quorum > 1;
  const std::uint32_t left = facts_.named_by(event.hold, event.at);
  switch (event.cause) {
    case Cause::deleted: {
      const Event* by = facts_.invocation(event.op);
      const bool release = by != nullptr && by->action == Action::release;
      const std::string deleter = other + (release ? "'s release" : "");
      add(event, 96, client, fmt::format("{} deletes the lock of {}", deleter, name)).is_wrong =
          true;
      return;
    }
    case Cause::overwritten:
      add(event, 96, client, fmt::format("{} overwrites the lock of {}", other, name)).is_wrong =
          true;
      return;
    case Cause::released:
      if (left > 0) return;
      // An acquire that failed takes back the few servers that it had, and a try of which no answer came what it may
      // have had.
      if (const Facts::Hold* own = hold(event.hold); own == nullptr || event.at < own->granted)
        return;
      add(event, 50, client, name + " releases the lock");
      return;
    case Cause::lost: {
      const Facts::Outage* outage = facts_.outage(event.node, event.at);
      if (outage != nullptr && outage->crash && outage->from == event.at)
        return;  // told as a crash
      add(event, 93, client, fmt::format("{} loses the lock of {}", facts_.name(event.node), name));
      return;
    }
    default:
      if (left + 1 != facts_.subject().quorum) return;
      add(event, 93, client,
          fmt::format("the lease of {} runs out{}", name, majority ? " on a majority" : ""));
  }
}

void Teller::applied(const Event& event) {
  const NodeId client = facts_.client_of(event.op);
  if (!is_cast(client)) return;
  const std::string name = facts_.name(client);
  const auto effect = std::ranges::find_if(
      facts_.effects(), [&](const Facts::Effect& candidate) { return candidate.event == event; });
  if (effect == facts_.effects().end()) return;
  if (event.outcome == Outcome::refused) {
    std::string text =
        fmt::format("{} refuses {}'s {}", facts_.name(event.node), name, to_string(event.action));
    if (event.fence < effect->highest_fence) {
      text += fmt::format(": fence {} is below {}", event.fence, effect->highest_fence);
    }
    add(event, 97, client, text).is_saved = true;
  } else if (event.action == Action::read) {
    add(event, is_central(event.op) ? 80 : 35, client,
        fmt::format("{} reads {}", name, event.value));
  } else {
    Step& step = add(event, is_central(event.op) ? 98 : 75, client, "");
    changed(*effect, step);
  }
}

void Teller::changed(const Facts::Effect& effect, Step& step) {
  const Event& event = effect.event;
  const std::string name = facts_.name(effect.client);
  const bool stale = facts_.is_stale(effect);
  switch (event.action) {
    case Action::sell:
      step.text = fmt::format("{} sells a piece ({} left)", name, event.value);
      break;
    case Action::run:
      step.text = fmt::format("{} runs the job of slot {}", name, event.value);
      break;
    default:
      step.text = fmt::format("{} writes {}", name, event.value);
  }
  if (stale) step.text += " although it no longer holds the lock";
  step.is_wrong = stale || !effect.lost.is_none();
  if (effect.lost.is_none()) return;
  step.weight = 99;
  const std::string other = facts_.client_name(effect.lost);
  if (event.action == Action::run) {
    step.text += fmt::format(": {} has run it already", other);
  } else {
    step.text += fmt::format(": the {} of {} is lost",
                             event.action == Action::sell ? "sale" : "update", other);
  }
}

void Teller::crashed(const Event& event) {
  if (!is_cast(event.node)) return;
  std::string text = facts_.name(event.node) + " crashes";
  if (is_client(event.node)) {
    const Facts::Hold* own = believed_by(event.node, event.at - 1ns);
    if (own != nullptr) text += " while it holds the lock";
  } else {
    std::vector<std::string> forgotten;
    for (const auto& naming : facts_.namings()) {
      if (naming.server == event.node && naming.until == event.at) {
        forgotten.push_back(facts_.client_name(naming.hold));
      }
    }
    if (!forgotten.empty()) text += " and forgets " + joined(forgotten);
  }
  add(event, 95, event.node, text);
}

void Teller::elected(const Event& event) {
  const auto is_sentinel = [](const NodeInfo& node) { return node.name.starts_with("sentinel-"); };
  const std::string name = facts_.name(event.node);
  const bool by_sentinels = std::ranges::any_of(facts_.subject().nodes, is_sentinel);
  add(event, 93, event.node,
      by_sentinels ? "the sentinels promote " + name : name + " is elected leader");
}

void Teller::paused(const Event& event) {
  if (!is_cast(event.node)) return;
  std::string text = facts_.name(event.node) + " freezes";
  if (event.value > 0) text += " for " + length_text(Duration{event.value});
  add(event, 92, event.node, text);
}

void Teller::resumed(const Event& event) {
  if (!is_cast(event.node)) return;
  std::string text = facts_.name(event.node) + " wakes up";
  const Facts::Hold* own = believed_by(event.node, event.at);
  if (own != nullptr && facts_.is_mistaken(*own, event.at)) {
    text += " and still believes it is the holder";
  }
  add(event, 86, event.node, text);
}

void Teller::fault(const Event& event) {
  const bool begins = event.kind == EventKind::fault;
  const bool told = std::ranges::any_of(facts_.outages(), [&](const Facts::Outage& outage) {
    return outage.node == event.node && (outage.from == event.at || outage.until == event.at);
  });
  if (told || event.value < 0) return;
  const auto number = static_cast<std::size_t>(event.value);
  if (number >= facts_.subject().faults.size()) return;
  if (!faults_told_.insert(begins ? event.value : -1 - event.value).second) return;
  const std::string& words = facts_.subject().faults[number];
  add(event, begins ? 84 : 55, NodeId{},
      begins ? "fault: " + words : "the fault is over: " + words);
}

}  // namespace picklock
