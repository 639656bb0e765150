#include "scenarios/simplifications.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "scenarios/positions.h"

namespace picklock {
namespace {

using loading::Json;

// Nothing is gained by a shorter one.
constexpr Duration kShortEnough = std::chrono::milliseconds(1);

// The greatest 1, 2 or 5 times a power of ten that is not above `number`, which is positive.
std::int64_t rounded_down(std::int64_t number) {
  std::int64_t power = 1;
  while (power <= number / 10) power *= 10;
  for (const std::int64_t step : {5, 2}) {
    if (step <= number / power) return step * power;
  }
  return power;
}

// Below `count`, rising: the first few, then round ones, and half of it.
std::vector<std::int64_t> smaller_counts(std::int64_t count) {
  constexpr std::int64_t kFew = 10;
  constexpr std::int64_t kMost = 1'000'000'000;
  std::set<std::int64_t> smaller;
  for (std::int64_t i = 1; i < count && i < kFew; ++i) smaller.insert(i);
  for (std::int64_t i = kFew; i < count && i <= kMost; i *= 10) {
    for (const std::int64_t step : {1, 2, 5}) {
      if (step * i < count) smaller.insert(step * i);
    }
  }
  if (count > 1) smaller.insert(count / 2);
  return {smaller.begin(), smaller.end()};
}

// The same, counted in the largest unit that fits.
Duration rounded_down(Duration length) {
  constexpr std::array<std::int64_t, 5> kUnits{60'000'000'000, 1'000'000'000, 1'000'000, 1'000, 1};
  const std::int64_t ns = length.count();
  const std::int64_t unit =
      *std::ranges::find_if(kUnits, [&](std::int64_t one) { return one <= ns; });
  return Duration{rounded_down(ns / unit) * unit};
}

class Finder {
 public:
  explicit Finder(const std::string& plan) : plan_(Json::parse(plan)) {}

  std::vector<Simplification> run() {
    take_away_faults();
    lower(Simpler::fewer_clients, "/clients/count");
    lower(Simpler::fewer_servers, "/servers/count");
    lower(Simpler::fewer_rounds, "/clients/rounds");
    for (const std::string section : {"/clients", "/network", "/clocks"}) default_members(section);
    each_fault([&](const std::string& fault) { default_members(fault); });
    each_fault([&](const std::string& fault) { lower_numbers(fault); });
    for (const Simpler kind : {Simpler::rounder, Simpler::shorter}) {
      shorten(kind, "/duration");
      for (const std::string section : {"/faults", "/clients"}) shorten(kind, section);
    }
    return std::move(found_);
  }

 private:
  const Json* find(const std::string& pointer) const {
    const Json::json_pointer at(pointer);
    return plan_.contains(at) ? &plan_[at] : nullptr;
  }

  void add(Simpler kind, const std::string& pointer, std::string value) {
    found_.push_back({kind, {pointer, std::move(value)}});
  }

  void each_fault(const std::function<void(const std::string&)>& visit) const {
    const Json* faults = find("/faults");
    if (faults == nullptr || !faults->is_array()) return;
    for (std::size_t i = 0; i < faults->size(); ++i) visit(fmt::format("/faults/{}", i));
  }

  void take_away_faults() {
    each_fault([&](const std::string& fault) { add(Simpler::fewer_faults, fault, "null"); });
  }

  void lower(Simpler kind, const std::string& pointer) {
    const Json* count = find(pointer);
    if (count == nullptr || !count->is_number_integer()) return;
    for (const std::int64_t smaller : smaller_counts(count->get<std::int64_t>())) {
      add(kind, pointer, std::to_string(smaller));
    }
  }

  void default_members(const std::string& section) {
    const Json* members = find(section);
    if (members == nullptr || !members->is_object()) return;
    for (const auto& [key, value] : members->items()) {
      if (key == "count" || key == "name" || key == "diligent") continue;
      add(Simpler::fewer_words, section + "/" + loading::escape_token(key), "null");
      const bool is_by_node =
          key == "each" || section == "/clocks" || section.starts_with("/clients/each");
      if (is_by_node) default_members(section + "/" + loading::escape_token(key));
    }
  }

  void lower_numbers(const std::string& pointer) {
    const Json* value = find(pointer);
    if (value->is_number_integer()) return lower(Simpler::smaller_number, pointer);
    each_child(*value, pointer, [&](const std::string& child) { lower_numbers(child); });
  }

  void shorten(Simpler kind, const std::string& pointer) {
    const Json* value = find(pointer);
    if (value == nullptr) return;
    if (!value->is_string()) {
      return each_child(*value, pointer, [&](const std::string& child) { shorten(kind, child); });
    }
    const auto length = parse_duration(value->get_ref<const std::string&>());
    if (!length || *length <= Duration::zero()) return;
    const Duration shorter = kind == Simpler::rounder ? rounded_down(*length) : *length / 2;
    if (shorter < *length && shorter >= kShortEnough)
      add(kind, pointer, Json(to_string(shorter)).dump());
  }

  static void each_child(const Json& value, const std::string& pointer,
                         const std::function<void(const std::string&)>& visit) {
    if (value.is_object()) {
      for (const auto& [key, child] : value.items()) {
        visit(pointer + "/" + loading::escape_token(key));
      }
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) visit(fmt::format("{}/{}", pointer, i));
    }
  }

  Json plan_;
  std::vector<Simplification> found_;
};

}  // namespace

std::vector<Simplification> simplifications(const std::string& plan) {
  return Finder(plan).run();
}

LoadedScenario with_fixes_of(const LoadedScenario& original, LoadedScenario plan,
                             const Vocabulary& vocabulary) {
  const auto change = [&](const Override& one) {
    auto changed = parse_scenario(plan.json, plan.scenario.name, vocabulary, std::span(&one, 1));
    if (changed) plan = std::move(changed).value();
  };
  if (!plan.scenario.fixes.empty()) change({"/fixes", "null"});
  const Json whole = Json::parse(original.json);
  if (!whole.contains("fixes")) return plan;
  for (const Json& fix : whole["fixes"]) {
    const bool is_first = plan.scenario.fixes.empty();
    change(is_first ? Override{"/fixes", Json::array({fix}).dump()}
                    : Override{"/fixes/-", fix.dump()});
  }
  return plan;
}

}  // namespace picklock
