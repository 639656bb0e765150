// Faults that a scenario leaves to its seeds.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/fault_table.h"
#include "scenarios/faults.h"

namespace picklock::loading {
namespace {

constexpr std::int64_t kMostDrawn = 100;

bool can_be_drawn(FaultKind kind) {
  return kind != FaultKind::promote;
}

// An array of different kinds.
Kind<std::vector<FaultKind>> some_kinds() {
  std::vector<std::string> names;
  std::vector<FaultKind> kinds;
  for (const FaultWord& word : fault_words()) {
    if (!can_be_drawn(word.kind)) continue;
    names.emplace_back(word.name);
    kinds.push_back(word.kind);
  }
  const Kind<std::string> name = one_of(names);
  return {
      [name] {
        return Json(
            {{"type", "array"}, {"items", name.schema()}, {"minItems", 1}, {"uniqueItems", true}});
      },
      [=](const Cursor& at) -> std::optional<std::vector<FaultKind>> {
        if (!at.is_array()) return std::nullopt;
        if (at.value().empty()) at.issue("expected at least one kind of fault, got none");
        std::vector<FaultKind> some;
        for (std::size_t i = 0; i < at.value().size(); ++i) {
          const auto word = name.read(at[i]);
          if (!word) continue;
          const auto place = std::ranges::find(names, *word) - names.begin();
          const FaultKind kind = kinds[static_cast<std::size_t>(place)];
          if (std::ranges::find(some, kind) != some.end()) at[i].wrong("each kind once");
          some.push_back(kind);
        }
        return some;
      }};
}

// What happens to streams where somebody stands between their ends is planned, and not drawn.
bool is_drawn_for_datagrams_alone(FaultKind kind) {
  return kind == FaultKind::lose || kind == FaultKind::duplicate || kind == FaultKind::reorder;
}

void check_swarm(const Cursor& at, const Scenario& scenario, const SwarmSpec& swarm) {
  if (swarm.fewest > swarm.most) {
    at.issue_in(at.has("fewest") ? "fewest" : "most",
                fmt::format("expected \"fewest\" not above \"most\", got {} and {}", swarm.fewest,
                            swarm.most));
  }
  if (scenario.network.datagrams || !at.issues().clean("/network")) return;
  for (std::size_t i = 0; i < swarm.kinds.size(); ++i) {
    if (!is_drawn_for_datagrams_alone(swarm.kinds[i])) continue;
    at["kinds"][i].issue(
        fmt::format("expected no \"{}\" on a stream, got one", word_of(swarm.kinds[i])),
        "it needs \"transport\": \"datagrams\" in /network");
  }
}

}  // namespace

Record<SwarmSpec> swarm_record() {
  Record<SwarmSpec> record("a swarm");
  record
      .add("fewest", "faults in one run, at least", as<std::uint32_t>(an_integer(0, kMostDrawn)),
           &SwarmSpec::fewest)
      .add("most", "faults in one run, at most", a_count(1, kMostDrawn), &SwarmSpec::most)
      .add("kinds", "kinds to draw from; all when left out", some_kinds(), &SwarmSpec::kinds);
  return record;
}

void read_swarm(const Cursor& at, Scenario& scenario) {
  static const std::array<std::string, 1> kKeys{"swarm"};
  reject_unknown_keys(at, kKeys, "\"swarm\", or an array of faults");
  if (!at.has("swarm")) return report_missing_key(at, "swarm", kKeys, "faults that are drawn");
  const Cursor place = at["swarm"];
  SwarmSpec& swarm = scenario.swarm.emplace();
  swarm_record().read(place, swarm);
  if (at.issues().clean(place.pointer())) check_swarm(place, scenario, swarm);
}

Json swarm_schema() {
  Json swarm = swarm_record().schema();
  swarm["description"] = "another swarm of faults for each seed, none planned";
  return {{"type", "object"},
          {"properties", {{"swarm", std::move(swarm)}}},
          {"required", {"swarm"}},
          {"additionalProperties", false}};
}

}  // namespace picklock::loading
