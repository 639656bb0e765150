#include "checker/judgement.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include "checker/history_cut.h"
#include "checker/judgement_reason.h"
#include "checker/object_search.h"
#include "checker/procedures/procedures.h"
#include "checker/sub_history.h"

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

Split split(const OperationHistory& history, const Specification& specification) {
  Split split;
  std::vector<std::uint32_t>& ends = split.ends;
  for (const Operation& operation : history.operations) {
    if (operation.object >= ends.size()) ends.resize(operation.object + 1);
    if (is_judged(operation, specification)) ++ends[operation.object];
  }
  std::uint32_t total = 0;
  for (std::uint32_t& end : ends) total = std::exchange(end, total) + total;
  split.places.resize(total);
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
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
std::string obstacle(const OperationHistory& history, const Specification& specification) {
  const SpecificationEntry& entry = entry_of(specification.kind);
  const auto complain = [&](const Operation& operation, std::string_view what) {
    std::string text = describe(history, operation);
    if (operation.line != 0) text += fmt::format(" (line {})", operation.line);
    text += what;
    return text;
  };
  std::vector<std::uint8_t> has_timed_out;
  for (const Operation& operation : history.operations) {
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

class ObjectJudge {
 public:
  ObjectJudge(const OperationHistory& history, const Specification& specification,
              const JudgeLimits& limits, Places places)
      : history_(history), specification_(specification), limits_(limits), places_(places) {}

  Judgement judge() {
    result_.specification = specification_;
    result_.operations = places_.size();
    Decision decision = decide(history_, places_, specification_);
    if (decision.kind == Decision::Kind::declined) {
      search();
    } else if (decision.kind == Decision::Kind::violated) {
      adopt(std::move(decision));
    } else if (limits_.linearization) {
      linearise();
    }
    return std::move(result_);
  }

 private:
  ObjectSearch run_search() {
    std::vector<Operation> operations;
    operations.reserve(places_.size());
    for (const std::uint32_t place : places_) operations.push_back(history_.operations[place]);
    return search_object(operations, {}, history_.values, specification_, limits_);
  }

  void linearise() {
    const ObjectSearch found = run_search();
    if (found.status != Status::holds) return;
    result_.certificate.kind = CertificateKind::linearization;
    for (const std::uint32_t index : found.order) {
      result_.certificate.operations.push_back(places_[index]);
    }
  }

  void search() {
    const ObjectSearch found = run_search();
    result_.status = found.status;
    result_.search_steps = found.steps;
    result_.undecided_because = found.undecided_because;
    if (found.status == Status::holds && limits_.linearization) {
      result_.certificate.kind = CertificateKind::linearization;
      for (const std::uint32_t index : found.order) {
        result_.certificate.operations.push_back(places_[index]);
      }
    }
    if (found.status != Status::violated) return;
    explain_subset(history_.operations[places_[found.stuck]].returned, false);
  }

  // Nothing explains what returned at `stuck`, or at the first return after it that violates.
  void explain_subset(TrueTime stuck, bool is_shortest) {
    result_.violated_at =
        is_shortest ? stuck : shortest_violation(history_, places_, stuck, specification_, limits_);
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t place : places_) {
      if (history_.operations[place].returned <= result_.violated_at) candidates.push_back(place);
    }
    shrink(candidates);
    result_.certificate = {.kind = CertificateKind::unexplained_subset,
                           .operations = result_.sub_history};
    finish();
  }

  void shrink(std::span<const std::uint32_t> candidates) {
    result_.sub_history.assign(candidates.begin(), candidates.end());
    if (!limits_.minimal) return;
    JudgeLimits limits = limits_;
    limits.search_steps = limits.shrink_steps;
    SubHistory smaller =
        minimise(history_, places_, candidates, result_.violated_at, specification_, limits);
    result_.is_minimal = smaller.is_minimal;
    result_.sub_history = std::move(smaller.places);
  }

  void adopt(Decision decision) {
    result_.status = Status::violated;
    if (decision.certificate.kind == CertificateKind::unexplained_subset) {
      explain_subset(decision.violated_at, decision.is_shortest);
      return;
    }
    result_.violated_at = decision.violated_at;
    result_.certificate = std::move(decision.certificate);
    result_.sub_history = std::move(decision.sub_history);
    result_.is_minimal = decision.is_minimal;
    if (!decision.is_minimal) shrink(std::vector(result_.sub_history));
    finish();
  }

  void finish() {
    for (const std::uint32_t place : places_) {
      if (history_.operations[place].returned < result_.violated_at) ++result_.prefix;
    }
    result_.object = history_.operations[places_.front()].object;
    result_.reason = reason_of(history_, result_);
  }

  const OperationHistory& history_;
  const Specification& specification_;
  const JudgeLimits& limits_;
  Places places_;
  Judgement result_;
};

std::vector<Judgement> judge_objects(const OperationHistory& history,
                                     const Specification& specification, const JudgeLimits& limits,
                                     const Split& split) {
  std::vector<Judgement> results(split.ends.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < results.size(); i = next++) {
      if (!split.of(i).empty()) {
        results[i] = ObjectJudge(history, specification, limits, split.of(i)).judge();
      }
    }
  };
  const std::size_t helpers = std::min<std::size_t>(limits.jobs, results.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) threads.emplace_back(work);
  work();
  return results;
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
  Judgement whole{.specification = specification};
  if (std::string why = obstacle(history, specification); !why.empty()) {
    whole.status = Status::undecided;
    whole.undecided_because = std::move(why);
    return whole;
  }
  const Split objects = split(history, specification);
  std::vector<Judgement> results = judge_objects(history, specification, limits, objects);
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
  whole.operations = objects.places.size();
  whole.search_steps = steps;
  return whole;
}

}  // namespace picklock
