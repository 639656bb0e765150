#include "checker/judgement.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <tuple>
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

std::vector<ObjectJudge> decide_objects(const OperationHistory& history,
                                        const Specification& specification,
                                        const JudgeLimits& limits, const Split& split) {
  std::vector<ObjectJudge> objects;
  for (std::size_t i = 0; i < split.ends.size(); ++i) {
    if (!split.of(i).empty()) objects.emplace_back(history, specification, limits, split.of(i));
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < objects.size(); i = next++) objects[i].decide();
  };
  const std::size_t helpers = std::min<std::size_t>(limits.jobs, objects.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) threads.emplace_back(work);
  work();
  return objects;
}

// The earliest violation, of the first object if there are several; none, where none is located. Most are known to
// come later before they are located.
ObjectJudge* earliest_violation(std::vector<ObjectJudge>& objects) {
  std::vector<ObjectJudge*> violated;
  for (ObjectJudge& object : objects) {
    if (object.result().status == Status::violated) violated.push_back(&object);
  }
  std::ranges::stable_sort(violated, {}, &ObjectJudge::earliest);
  const auto key = [](ObjectJudge* object) {
    return std::tuple(object->result().violated_at, object->result().object);
  };
  ObjectJudge* first = nullptr;
  for (ObjectJudge* object : violated) {
    if (first != nullptr && object->earliest() > first->result().violated_at) break;
    object->locate();
    if (object->result().status != Status::violated) continue;
    if (first == nullptr || key(object) < key(first)) first = object;
  }
  if (first != nullptr) first->explain();
  return first;
}

// Of all objects together; `operations` in all.
Judgement combine(std::vector<ObjectJudge> objects, std::uint64_t operations,
                  const Specification& specification, const JudgeLimits& limits) {
  ObjectJudge* worst = earliest_violation(objects);
  const auto undecided = std::ranges::find_if(
      objects, [](ObjectJudge& object) { return object.result().status == Status::undecided; });
  if (worst == nullptr && undecided != objects.end()) worst = &*undecided;
  Judgement whole{.specification = specification};
  std::uint64_t steps = 0;
  for (ObjectJudge& object : objects) steps += object.result().search_steps;
  if (worst != nullptr) {
    whole = std::move(worst->result());
  } else if (limits.linearization) {
    whole.certificate.kind = CertificateKind::linearization;
    for (ObjectJudge& object : objects) {
      const Certificate& certificate = object.result().certificate;
      if (certificate.kind == CertificateKind::none) {
        whole.certificate = {};
        break;
      }
      whole.certificate.operations.insert(whole.certificate.operations.end(),
                                          certificate.operations.begin(),
                                          certificate.operations.end());
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
      return combine(decide_objects(history, specification, limits, objects), objects.places.size(),
                     specification, limits);
    }
  } catch (const Interrupted&) {
    undecided.undecided_because = kInterrupted;
  }
  return undecided;
}

}  // namespace picklock
