// The just-in-time search, asked again and again which of one object's operations contradict each other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

// Every question keeps some of the operations in doubt; all others may have happened or not. So whatever comes
// before the first operation in doubt is the same in each question: it is searched once, and each question goes
// on from there. Memory and time of a question depend on what is in flight at that point and comes after it.
class SubsetSearch {
 public:
  // `operations` are in the order of invocation and, like `values` and the rest, outlive this; `in_doubt` has a
  // place for each of them. Each question takes its steps from limits.search_steps.
  SubsetSearch(std::span<const Operation> operations, std::span<const std::uint8_t> in_doubt,
               const ValueTable& values, const Specification& specification, JudgeLimits& limits);
  SubsetSearch(const SubsetSearch&) = delete;
  SubsetSearch& operator=(const SubsetSearch&) = delete;
  ~SubsetSearch();

  // Whether nothing explains the history, though only these of the operations in doubt are kept.
  Status ask(std::span<const std::uint8_t> is_kept);

  class Asker;

 private:
  JudgeLimits& limits_;
  std::unique_ptr<Asker> asker_;
};

}  // namespace picklock
