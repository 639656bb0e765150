// What the page draws of a recorded history: the operations around a violation, who was called when, and where
// each of them takes effect in an explanation of all that came before.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checker/judgement.h"
#include "checker/operations.h"
#include "reports/check_result.h"

namespace picklock {

struct CheckPicture {
  struct Bar {
    ShownOperation operation;
    std::uint32_t number = 0;  // in the minimal sub-history, from 1; 0: not of it
    bool is_illegal = false;   // its return is what nothing explains
    TrueTime point = kNever;   // its linearization point; kNever: none is known
    std::size_t rank = 0;      // among the points, which may lie at one instant
  };
  std::vector<Bar> bars;        // in the order of invocation
  std::uint64_t left_out = 0;   // operations on the object that are not drawn
  TrueTime wrong_at = kNever;   // from when on nothing explains the history
  bool is_explained = false;    // there are linearization points
  std::vector<Remark> remarks;  // between the first bar and the last
};

// The judged object: of a violation the sub-history and the operations nearest before it, else those from the
// beginning; at most 300. The linearization is found by judging the history again, cut just before the
// violation, with the same limits. The history is given back as it came.
CheckPicture check_picture(OperationHistory& history, const Judgement& judgement,
                           const JudgeLimits& limits);

// A picture of the sub-history alone, for a result whose history is not at hand.
CheckPicture check_picture(const CheckResult& result);

// The result and its picture, as the page shows them.
nlohmann::ordered_json check_story_json(const CheckResult& result, const CheckPicture& picture);

}  // namespace picklock
