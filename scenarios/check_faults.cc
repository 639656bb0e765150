// Whether faults can happen at all, and whether they contradict one another.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "scenarios/decode.h"
#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

class FaultChecker {
 public:
  FaultChecker(const Cursor& at, const FaultSetting& setting, std::span<const PlacedFault> faults)
      : at_(at), setting_(setting), faults_(faults), scenario_(*setting.scenario) {}

  void run() {
    for (const PlacedFault& placed : faults_) {
      const Cursor place = at_[placed.index];
      if (!at_.issues().clean(place.pointer())) continue;
      check_details(place, placed.fault);
      check_transport(place, placed.fault);
      check_time(place, placed.fault);
      check_occurrence(place, placed.fault);
      check_dead(place, placed.fault);
    }
    check_names();
  }

 private:
  bool restarts(const std::string& node) const;
  void check_details(const Cursor& place, const Fault& fault);
  void check_transport(const Cursor& place, const Fault& fault);
  void check_time(const Cursor& place, const Fault& fault);
  void check_occurrence(const Cursor& place, const Fault& fault);
  void check_dead(const Cursor& place, const Fault& fault);
  void check_names();

  const Cursor& at_;
  const FaultSetting& setting_;
  std::span<const PlacedFault> faults_;
  const Scenario& scenario_;
};

bool is_forever(const DurationSpec& spec) {
  return spec == DurationSpec::constant(kForever);
}

bool strikes(const Fault& fault, const std::string& node) {
  return std::ranges::find(fault.on, node) != fault.on.end();
}

bool FaultChecker::restarts(const std::string& node) const {
  return std::ranges::any_of(faults_, [&](const PlacedFault& placed) {
    const Fault& fault = placed.fault;
    return fault.kind == FaultKind::crash && !is_forever(fault.length) && strikes(fault, node);
  });
}

void FaultChecker::check_details(const Cursor& place, const Fault& fault) {
  if (fault.one_way && fault.groups.size() != 2) {
    place.issue_in("one_way", fmt::format("expected two groups beside \"one_way\", got {}",
                                          fault.groups.size()));
  }
  if (fault.kind == FaultKind::promote && scenario_.servers.replicas == 0 &&
      place.issues().clean("/servers")) {
    place.issue_in("promote", "expected a replica to promote, got servers without replicas",
                   "add \"replicas\" to /servers");
  }
  const bool sentinel = std::ranges::any_of(
      fault.on, [](const std::string& node) { return node.starts_with("sentinel-"); });
  if (fault.kind == FaultKind::promote && sentinel) {
    place.issue_in("promote", "expected a replica to promote, got a sentinel");
  }
  if (fault.kind == FaultKind::clock_step && fault.by == Duration{})
    place.issue_in("by", "expected a step other than 0s, got none");
  if (fault.kind == FaultKind::clock_rate && fault.ppm == 0)
    place.issue_in("ppm", "expected a rate error other than 0, got none");
  if (fault.hold && is_forever(fault.length)) {
    place.issue_in("hold", "expected \"for\" beside \"hold\", got messages that wait forever",
                   "leave \"hold\" out to lose them");
  }
  for (const std::string& peer : fault.peers) {
    if (strikes(fault, peer))
      place.issue_in("peers", fmt::format("expected other nodes than those that are reset, got {}",
                                          quote(peer)));
  }
  if (fault.kind == FaultKind::crash && place.has("memory")) {
    const bool server = std::ranges::none_of(
        fault.on, [](const std::string& node) { return is_client(node) || node == "resource"; });
    if (!server) {
      place.issue_in("memory", "expected \"memory\" only for servers",
                     "a client always starts anew");
    } else if (is_forever(fault.length)) {
      place.issue_in(
          "memory",
          "expected \"for\" beside \"memory\": nothing is kept by what never starts again");
    }
  }
}

void FaultChecker::check_transport(const Cursor& place, const Fault& fault) {
  const bool needs_datagrams = fault.kind == FaultKind::reorder;
  if (!needs_datagrams || scenario_.network.datagrams || !place.issues().clean("/network")) return;
  const std::string kind(word_of(fault.kind));
  place.issue_in(kind, fmt::format("expected no \"{}\" on a stream, got one", kind),
                 "it needs \"transport\": \"datagrams\" in /network");
}

void FaultChecker::check_time(const Cursor& place, const Fault& fault) {
  if (!place.issues().clean("/duration") || !place.has("at")) return;
  const DurationSpec& at = fault.when.at;
  const bool bounded =
      at.kind == DurationSpec::Kind::uniform || at.kind == DurationSpec::Kind::histogram;
  const Duration latest = bounded ? at.max : at.min;
  if (latest >= scenario_.duration) {
    place.issue_in("at", fmt::format("expected a time before the run ends at {}, got {}",
                                     to_string(scenario_.duration), to_string(latest)));
  }
  constexpr std::int64_t kMostStrikes = 1'000'000;
  if (!fault.when.every) return;
  const DurationSpec& every = *fault.when.every;
  const Duration shortest =
      every.kind == DurationSpec::Kind::histogram ? every.buckets.front().first : every.min;
  const Duration typical = std::max(shortest, every.mean);
  if (typical < scenario_.duration / kMostStrikes) {
    place.issue_in("every",
                   fmt::format("expected at most {} strikes within {}, got one every {}",
                               kMostStrikes, to_string(scenario_.duration), to_string(typical)));
  }
}

// Once in a round, and so at most as often as there are rounds.
bool is_once_a_round(const std::string& point) {
  return point == "acquire" || point == "acquired" || point == "refused" || point == "release" ||
         point == "released";
}

void FaultChecker::check_occurrence(const Cursor& place, const Fault& fault) {
  const Anchor& anchor = fault.when;
  if (anchor.kind == Anchor::Kind::time || !setting_.nodes_known) return;
  const std::string key = anchor.kind == Anchor::Kind::after ? "when" : "before";
  const bool end = anchor.point == "crashed" || anchor.point == "restarted";
  if (end && anchor.kind == Anchor::Kind::before) {
    place.issue_in(key,
                   fmt::format("expected a point that can be foreseen, got {}",
                               quote(anchor.node + " " + anchor.point)),
                   "use \"when\"");
  } else if (anchor.point == "restarted" && !restarts(anchor.node)) {
    place.issue_in(key,
                   fmt::format("expected a point of the run, got {}: it never restarts",
                               quote(anchor.node + " restarted")),
                   "give its \"crash\" a \"for\"");
  } else if (anchor.point == "crashed" &&
             std::ranges::none_of(faults_, [&](const PlacedFault& other) {
               return other.fault.kind == FaultKind::crash && strikes(other.fault, anchor.node);
             })) {
    place.issue_in(key, fmt::format("expected a point of the run, got {}: no fault crashes it",
                                    quote(anchor.node + " crashed")));
  }
  if (!is_client(anchor.node) || !is_once_a_round(anchor.point) ||
      !place.issues().clean("/clients") || restarts(anchor.node))
    return;
  const auto names = std::ranges::find(setting_.nodes, anchor.node);
  const ClientSpec& client =
      scenario_.clients.at(static_cast<std::size_t>(names - setting_.nodes.begin()));
  if (anchor.nth > client.rounds) {
    place.issue_in("nth", fmt::format("expected at most {}, the rounds of {}, got {}",
                                      client.rounds, anchor.node, anchor.nth));
  }
}

// A fault at a fixed time on a node that an earlier one has crashed for good.
void FaultChecker::check_dead(const Cursor& place, const Fault& fault) {
  const auto fixed = [](const Fault& f) {
    return f.when.kind == Anchor::Kind::time && f.when.at.kind == DurationSpec::Kind::constant;
  };
  if (!fixed(fault)) return;
  for (const PlacedFault& other : faults_) {
    const Fault& crash = other.fault;
    if (crash.kind != FaultKind::crash || !is_forever(crash.length) || !fixed(crash)) continue;
    if (crash.when.at.min >= fault.when.at.min) continue;
    for (const std::string& node : fault.on) {
      if (!strikes(crash, node)) continue;
      place.issue_in(
          "at",
          fmt::format("expected a node that lives, got {}, which \"{}\" crashes for good at {}",
                      quote(node), crash.name, to_string(crash.when.at.min)));
      return;
    }
  }
}

void FaultChecker::check_names() {
  std::map<std::string, std::size_t> seen;
  for (const PlacedFault& placed : faults_) {
    if (seen.emplace(placed.fault.name, placed.index).second) continue;
    at_[placed.index].issue_in(
        "name",
        fmt::format("expected a name that no other fault has, got {}", quote(placed.fault.name)));
  }
}

}  // namespace

void check_faults(const Cursor& at, const FaultSetting& setting,
                  std::span<const PlacedFault> faults) {
  if (at.value().is_array()) FaultChecker(at, setting, faults).run();
}

}  // namespace picklock::loading
