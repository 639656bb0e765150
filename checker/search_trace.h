// How the configurations of a search came about: the calls that took effect, newest first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "checker/scratch.h"
#include "checker/timeline.h"

namespace picklock::search {

// A tree whose branches are orders of calls. Keeps nothing unless an order is wanted.
class Trace {
 public:
  Trace(Scratch& scratch, ScratchVector<std::uint32_t>* order)
      : order_(order), steps_(scratch.memory()) {}

  // The step in which `call` takes effect after the step `before`, kNoIndex for none.
  std::uint32_t record(std::uint32_t before, std::uint32_t call) {
    if (order_ == nullptr) return kNoIndex;
    steps_.push_back({.before = before, .call = call});
    return static_cast<std::uint32_t>(steps_.size() - 1);
  }

  // The step that record() will return next.
  std::uint32_t next() const { return static_cast<std::uint32_t>(steps_.size()); }

  std::size_t bytes() const { return steps_.capacity() * sizeof(Step); }

  // Writes the order that ends with `last`, if one is wanted.
  void write_order(std::uint32_t last) const {
    if (order_ == nullptr) return;
    order_->clear();
    for (std::uint32_t i = last; i != kNoIndex; i = steps_[i].before) {
      order_->push_back(steps_[i].call);
    }
    std::ranges::reverse(*order_);
  }

 private:
  struct Step {
    std::uint32_t before = kNoIndex;
    std::uint32_t call = 0;
  };

  ScratchVector<std::uint32_t>* order_;
  ScratchVector<Step> steps_;
};

}  // namespace picklock::search
