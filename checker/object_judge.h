// One object of a recorded history, judged in three steps: of many objects only the first needs all of them.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

struct ObjectSearch;

// What limits.watch stops in any step is undecided.
class ObjectJudge {
 public:
  // The operations at `places`, at least one, are one object's, and the specification judges all of them.
  // Everything outlives the judge.
  ObjectJudge(const OperationHistory& history, const Specification& specification,
              const JudgeLimits& limits, Places places);

  void decide();   // the status, and where it holds its certificate
  void locate();   // violated: violated_at
  void explain();  // located: all the rest

  // Decided to be violated: no cut before this instant violates.
  TrueTime earliest() const { return earliest_; }
  Judgement& result() { return result_; }

 private:
  template <class Step>
  void interruptibly(Step step);
  ObjectSearch run_search() const;
  void keep_order(const ObjectSearch& found);
  void search();
  bool adopt_without_refusals();
  void explain_subset();
  void shrink(std::span<const std::uint32_t> candidates);
  void adopt();
  void finish();

  const OperationHistory* history_;
  const Specification* specification_;
  const JudgeLimits* limits_;
  Places places_;
  Pace pace_;
  Decision decision_;
  TrueTime earliest_ = kNever;
  Judgement result_;
};

}  // namespace picklock
