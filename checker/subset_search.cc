#include "checker/subset_search.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "checker/linearizability.h"
#include "checker/pace.h"
#include "checker/scratch.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/with_object.h"

namespace picklock {

class SubsetSearch::Asker {
 public:
  Asker() = default;
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  virtual ~Asker() = default;
  virtual Status ask(std::span<const std::uint8_t> is_kept, std::uint64_t& steps) = 0;
};

namespace {

// A search that has come to the first call in doubt.
class Beginning {
 public:
  Beginning() = default;
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  virtual ~Beginning() = default;
  virtual Status go_on(std::uint64_t& steps) const = 0;
  virtual bool was_too_narrow() const = 0;
};

template <class Object, std::size_t Words>
class BeginningOf : public Beginning {
 public:
  BeginningOf(const Object& object, std::span<const TimedCall> calls, TrueTime until,
              const Limits& limits, std::uint64_t& steps)
      : searcher_(object, calls, limits, scratch_, nullptr) {
    searcher_.start();
    const auto found = searcher_.go_on(until);
    steps += found.steps;
    status_ = found.status;
    was_too_narrow_ = searcher_.is_too_narrow();
  }

  Status go_on(std::uint64_t& steps) const override {
    if (status_ != Status::holds) return status_;
    search::Searcher<Object, Words> searcher = searcher_;
    const auto found = searcher.go_on(kNever);
    steps += found.steps;
    was_too_narrow_ = searcher.is_too_narrow();
    return found.status;
  }
  bool was_too_narrow() const override { return was_too_narrow_; }

 private:
  Scratch scratch_;
  search::Searcher<Object, Words> searcher_;
  Status status_ = Status::holds;
  mutable bool was_too_narrow_ = false;
};

template <class Object>
class AskerOf : public SubsetSearch::Asker {
 public:
  // The object is that of these calls.
  AskerOf(std::span<const Operation> operations, std::span<const std::uint8_t> in_doubt,
          ObjectCalls calls, const Specification& specification, const JudgeLimits& limits,
          Object object)
      : operations_(operations),
        in_doubt_(in_doubt.begin(), in_doubt.end()),
        calls_(std::move(calls)),
        specification_(specification),
        limits_{.search_bytes = limits.search_bytes, .watch = limits.watch},
        object_(std::move(object)) {
    while (first_ < calls_.windows.size() && in_doubt_[calls_.indices[first_]] == 0) ++first_;
    until_ = first_ < calls_.windows.size() ? calls_.windows[first_].invoked : kNever;
  }

  Status ask(std::span<const std::uint8_t> is_kept, std::uint64_t& steps) override {
    while (true) {
      if (beginning_ == nullptr) begin(steps);
      keep(is_kept);
      limits_.search_steps = steps;
      std::uint64_t used = 0;
      const Status status = beginning_->go_on(used);
      steps -= std::min(steps, used);
      if (!beginning_->was_too_narrow() || width_ == kWidest) return status;
      beginning_ = nullptr;
      ++width_;
    }
  }

 private:
  static constexpr int kWidest = 3;

  void keep(std::span<const std::uint8_t> is_kept) {
    for (std::size_t i = first_; i < calls_.windows.size(); ++i) {
      const Operation& operation = operations_[calls_.indices[i]];
      if (operation.outcome == Outcome::unknown) continue;
      const bool is_needed = is_kept[calls_.indices[i]] != 0;
      calls_.calls[i].is_recorded = is_needed;
      calls_.windows[i].is_optional = !is_needed;
      calls_.windows[i].is_absent = !is_needed && !may_have_happened(operation, specification_);
    }
    if constexpr (requires { object_.look_again(); }) object_.look_again();
  }

  // In the narrowest mask that holds the calls in flight, as that is the fastest.
  void begin(std::uint64_t& steps) {
    keep(in_doubt_);
    limits_.search_steps = steps;
    std::uint64_t used = 0;
    const auto with = [&]<std::size_t Words>(search::Words<Words>) {
      beginning_ = std::make_unique<BeginningOf<Object, Words>>(object_, calls_.windows, until_,
                                                                limits_, used);
    };
    if (width_ == 0) with(search::Words<1>{});
    if (width_ == 1) with(search::Words<4>{});
    if (width_ == 2) with(search::Words<32>{});
    if (width_ == kWidest) with(search::Words<256>{});
    steps -= std::min(steps, used);
  }

  std::span<const Operation> operations_;
  std::vector<std::uint8_t> in_doubt_;
  ObjectCalls calls_;
  const Specification& specification_;
  Limits limits_;
  std::size_t first_ = 0;  // call in doubt
  TrueTime until_{};       // it is invoked
  Object object_;
  std::unique_ptr<Beginning> beginning_;
  int width_ = 0;
};

}  // namespace

SubsetSearch::SubsetSearch(std::span<const Operation> operations,
                           std::span<const std::uint8_t> in_doubt, const ValueTable& values,
                           const Specification& specification, JudgeLimits& limits)
    : limits_(limits) {
  Pace pace(limits.watch);
  ObjectCalls calls = make_calls(operations, in_doubt, values, specification, pace);
  with_object(specification, calls, values, [&](auto object) {
    asker_ = std::make_unique<AskerOf<decltype(object)>>(operations, in_doubt, std::move(calls),
                                                         specification, limits, std::move(object));
  });
}

SubsetSearch::~SubsetSearch() = default;

Status SubsetSearch::ask(std::span<const std::uint8_t> is_kept) {
  return asker_->ask(is_kept, limits_.search_steps);
}

}  // namespace picklock
