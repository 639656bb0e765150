#include "checker/judgement.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include "checker/judgement_reason.h"
#include "checker/object_judge.h"
#include "checker/pace.h"

namespace picklock {
namespace {

// The judged operations of each object, one object after another.
struct Split {
  std::vector<std::uint32_t> places;
  std::vector<std::uint32_t> ends;  // by object

  Places of(std::size_t object) const {
    const std::uint32_t begin = object == 0 ? 0 : ends[object - 1];
    return Places(places).subspan(begin, ends[object] - begin);
  }
};

Split split(const OperationHistory& history, const Specification& specification, Pace& pace) {
  Split split;
  std::vector<std::uint32_t>& ends = split.ends;
  for (const Operation& operation : history.operations) {
    pace.step();
    if (operation.object >= ends.size()) ends.resize(operation.object + 1);
    if (is_judged(operation, specification)) ++ends[operation.object];
  }
  std::uint32_t total = 0;
  for (std::uint32_t& end : ends) total = std::exchange(end, total) + total;
  split.places.resize(total);
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    pace.step();
    const Operation& operation = history.operations[i];
    if (is_judged(operation, specification)) split.places[ends[operation.object]++] = i;
  }
  return split;
}

bool is_list_of(const ValueTable& values, Value value, std::size_t size) {
  return value.is_list() && values.items_of(value).size() == size;
}

// Arguments of the shape that operations.h gives them.
bool is_well_formed(const ValueTable& values, const Operation& operation) {
  if (operation.verb == Verb::compare_and_set) return is_list_of(values, operation.argument, 2);
  if (operation.verb != Verb::transaction) return true;
  const auto is_transaction = [&](Value list) {
    if (!list.is_list()) return false;
    return std::ranges::all_of(values.items_of(list), [&](Value part) {
      if (!is_list_of(values, part, 3)) return false;
      const Value verb = values.items_of(part)[0];
      if (!verb.is_text()) return false;
      const std::string_view name = values.text_of(verb);
      return name == "read" || name == "r" || name == "write" || name == "w";
    });
  };
  return is_transaction(operation.argument) &&
         (operation.result.is_nil() || is_transaction(operation.result));
}

// Why the specification cannot judge the history; empty when it can.
std::string obstacle(const OperationHistory& history, const Specification& specification,
                     Pace& pace) {
  const SpecificationEntry& entry = entry_of(specification.kind);
  const auto complain = [&](const Operation& operation, std::string_view what) {
    std::string text = describe(history, operation);
    if (operation.line != 0) text += fmt::format(" (line {})", operation.line);
    text += what;
    return text;
  };
  std::vector<std::uint8_t> has_timed_out;
  for (const Operation& operation : history.operations) {
    pace.step();
    if (!entry.understands(operation.verb)) {
      return complain(operation, fmt::format(" is no operation of {}", entry.name));
    }
    if (!is_well_formed(history.values, operation)) {
      return complain(operation, " has not the arguments of its kind");
    }
    if (specification.timeouts == Timeouts::go_on) continue;
    if (operation.process >= has_timed_out.size()) has_timed_out.resize(operation.process + 1);
    if (has_timed_out[operation.process] != 0) {
      return complain(operation,
                      " follows an operation of unknown outcome, after which the "
                      "specification lets no process go on");
    }
    has_timed_out[operation.process] = operation.outcome == Outcome::unknown ? 1 : 0;
  }
  return {};
}

std::vector<Judgement> judge_objects(const OperationHistory& history,
                                     const Specification& specification, const JudgeLimits& limits,
                                     const Split& split) {
  std::vector<Judgement> results(split.ends.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < results.size(); i = next++) {
      if (!split.of(i).empty()) {
        results[i] = judge_object(history, split.of(i), specification, limits);
      }
    }
  };
  const std::size_t helpers = std::min<std::size_t>(limits.jobs, results.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) threads.emplace_back(work);
  work();
  return results;
}

// The earliest violation of all objects, else one that is undecided.
Judgement worst_of(std::vector<Judgement> results, std::uint64_t operations,
                   const Specification& specification, const JudgeLimits& limits) {
  Judgement whole{.specification = specification};
  std::uint64_t steps = 0;
  Judgement* worst = nullptr;
  for (Judgement& result : results) {
    steps += result.search_steps;
    if (result.status == Status::holds) continue;
    const bool is_violated = result.status == Status::violated;
    const bool is_worse =
        worst == nullptr || (is_violated && (worst->status != Status::violated ||
                                             result.violated_at < worst->violated_at));
    if (is_worse) worst = &result;
  }
  if (worst != nullptr) {
    whole = std::move(*worst);
    whole.specification = specification;
  } else if (limits.linearization) {
    whole.certificate.kind = CertificateKind::linearization;
    for (const Judgement& result : results) {
      const auto& order = result.certificate.operations;
      if (result.operations > 0 && result.certificate.kind == CertificateKind::none) {
        whole.certificate = {};
        break;
      }
      whole.certificate.operations.insert(whole.certificate.operations.end(), order.begin(),
                                          order.end());
    }
  }
  whole.operations = operations;
  whole.search_steps = steps;
  return whole;
}

}  // namespace

std::string_view to_string(CertificateKind kind) {
  static constexpr std::array<std::string_view, 9> kNames{
      "none",  "linearization", "overlap",           "lease-overlap", "refusal", "fence-inversion",
      "crowd", "misuse",        "unexplained-subset"};
  return kNames.at(static_cast<std::size_t>(kind));
}

Judgement judge(const OperationHistory& history, const Specification& specification,
                const JudgeLimits& limits) {
  Judgement undecided{.specification = specification, .status = Status::undecided};
  try {
    Pace pace(limits.watch);
    undecided.undecided_because = obstacle(history, specification, pace);
    if (undecided.undecided_because.empty()) {
      const Split objects = split(history, specification, pace);
      return worst_of(judge_objects(history, specification, limits, objects), objects.places.size(),
                      specification, limits);
    }
  } catch (const Interrupted&) {
    undecided.undecided_because = kInterrupted;
  }
  return undecided;
}

}  // namespace picklock
