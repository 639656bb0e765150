#include "checker/one_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "checker/judgement_reason.h"
#include "checker/procedures/owned_lock.h"

namespace picklock {
namespace {

// The sweeps of all locks, fed with one operation after another.
class Sweeps {
 public:
  explicit Sweeps(const Specification& specification) : specification_(specification) {}

  // False: nothing can be said of the history.
  bool push(const Operation& operation) {
    const std::uint32_t place = count_++;
    if (operation.outcome == Outcome::unknown) ++unknown_;
    if (!is_understood(operation)) return false;
    last_ = operation.invoked;
    if (!is_judged(operation, specification_)) return true;
    while (operation.object >= sweeps_.size()) sweeps_.emplace_back(specification_);
    ++judged_;
    sweeps_[operation.object].push(operation, place);
    return true;
  }

  // The earliest violation, of the first lock if there are several; else one that is declined.
  Judgement finish(Decision& found) {
    Judgement judgement{.specification = specification_, .operations = judged_};
    for (std::uint32_t i = 0; i < sweeps_.size() && obstacle_.empty(); ++i) {
      const Decision& decision = sweeps_[i].finish();
      if (decision.kind == Decision::Kind::declined && judgement.status == Status::holds) {
        judgement.status = Status::undecided;
        judgement.object = i;
        judgement.undecided_because =
            "owners that go on after an unknown outcome, or holds of no "
            "length, cannot be judged in one pass";
      }
      if (decision.kind != Decision::Kind::violated) continue;
      if (judgement.status == Status::violated && decision.violated_at >= found.violated_at)
        continue;
      found = decision;
      judgement.status = Status::violated;
      judgement.object = i;
      judgement.undecided_because.clear();
    }
    if (!obstacle_.empty()) {
      judgement.status = Status::undecided;
      judgement.undecided_because = obstacle_;
    }
    return judgement;
  }

  std::uint64_t unknown() const { return unknown_; }

 private:
  struct Process {
    TrueTime returned = TrueTime::min();
    bool timed_out = false;
  };

  bool is_understood(const Operation& operation) {
    if (operation.process >= processes_.size()) processes_.resize(operation.process + 1);
    Process& process = processes_[operation.process];
    const char* problem = nullptr;
    if (!entry_of(specification_.kind).understands(operation.verb)) {
      problem = "is no operation of the specification";
    } else if (operation.invoked < last_) {
      problem = "was invoked before the one above it, and one pass needs the order of invocation";
    } else if (process.timed_out && specification_.timeouts == Timeouts::stop) {
      problem =
          "follows an operation of unknown outcome, after which the specification lets no "
          "process go on";
    } else if (!process.timed_out && operation.invoked < process.returned) {
      problem = "was invoked before its process's last one returned";
    }
    if (problem != nullptr) {
      obstacle_ = fmt::format("the operation of line {} {}", operation.line, problem);
      return false;
    }
    process = {.returned = operation.returned, .timed_out = operation.outcome == Outcome::unknown};
    return true;
  }

  const Specification& specification_;
  std::vector<OwnedLockSweep> sweeps_;  // by lock
  std::vector<Process> processes_;
  TrueTime last_ = TrueTime::min();
  std::uint32_t count_ = 0;
  std::uint64_t judged_ = 0;
  std::uint64_t unknown_ = 0;
  std::string obstacle_;
};

// The violation in the words of judge(), from the text.
std::optional<Diagnostics> explain(std::string_view text, const ReadOptions& options,
                                   const Decision& decision, OnePass& result) {
  std::vector<std::uint32_t>& places = result.places;
  places = decision.sub_history;
  places.insert(places.end(), decision.certificate.operations.begin(),
                decision.certificate.operations.end());
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  Judgement& judgement = result.judgement;
  std::vector<Operation> kept;
  std::uint32_t count = 0;
  ReadOptions again = options;
  again.take = [&](const Operation& operation) {
    const bool is_judged_there =
        operation.object == judgement.object && is_judged(operation, judgement.specification);
    if (is_judged_there && operation.returned < decision.violated_at) ++judgement.prefix;
    if (std::ranges::binary_search(places, count++)) kept.push_back(operation);
    return true;
  };
  Result<ReadHistory> read = read_history(text, again);
  if (!read) return read.error();
  result.read = std::move(read).value();
  result.read.history.operations = std::move(kept);
  const auto renumbered = [&](std::vector<std::uint32_t> among) {
    for (std::uint32_t& place : among) {
      const auto found = std::ranges::lower_bound(places, place);
      place = static_cast<std::uint32_t>(found - places.begin());
    }
    return among;
  };
  judgement.violated_at = decision.violated_at;
  judgement.certificate = {.kind = decision.certificate.kind,
                           .operations = renumbered(decision.certificate.operations)};
  judgement.sub_history = renumbered(decision.sub_history);
  judgement.is_minimal = decision.is_minimal;
  judgement.reason = reason_of(result.read.history, judgement);
  return std::nullopt;
}

}  // namespace

bool allows_one_pass(SpecificationKind kind) {
  using enum SpecificationKind;
  return kind == owner_mutex || kind == fenced;
}

Result<OnePass> judge_in_one_pass(std::string_view text, const Specification& specification,
                                  const ReadOptions& options) {
  Sweeps sweeps(specification);
  ReadOptions once = options;
  once.take = [&](const Operation& operation) { return sweeps.push(operation); };
  Result<ReadHistory> read = read_history(text, once);
  if (!read) return read.error();
  OnePass result{.read = std::move(read).value()};
  if (result.read.stopped) return result;
  Decision decision;
  result.judgement = sweeps.finish(decision);
  result.unknown = sweeps.unknown();
  if (result.judgement.status != Status::violated) return result;
  if (const auto wrong = explain(text, options, decision, result)) return *wrong;
  return result;
}

}  // namespace picklock
