#include "reports/check_picture.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "checker/history_cut.h"

namespace picklock {
namespace {

constexpr std::size_t kMostBars = 300;
constexpr std::size_t kMostRemarks = 50;

struct Point {
  TrueTime at;
  std::size_t rank;  // in the linearization
};
using Points = std::map<std::uint32_t, Point>;  // by the place of the operation

// Instants at which the operations of a linearization can take effect one after the other; empty when their
// order does not fit their times.
Points points_of(const std::vector<Operation>& operations, const Judgement& judgement) {
  Points points;
  if (judgement.status != Status::holds ||
      judgement.certificate.kind != CertificateKind::linearization) {
    return points;
  }
  TrueTime at = TrueTime::min();
  for (const std::uint32_t place : judgement.certificate.operations) {
    at = std::max(at, operations[place].invoked);
    if (operations[place].returned != kNever && at > operations[place].returned) return {};
    points[place] = {at, points.size()};
  }
  return points;
}

// By place in the whole history.
Points explain(OperationHistory& history, const std::vector<std::uint32_t>& places,
               const Judgement& judgement, JudgeLimits limits) {
  const TrueTime until = judgement.status == Status::violated ? judgement.violated_at - Duration{1}
                                                              : kNever - Duration{1};
  HistoryCut before = cut(history, places, until);
  std::swap(history.operations, before.operations);
  limits.linearization = true;
  const Judgement explained = judge(history, judgement.specification, limits);
  Points points;
  for (const auto& [place, point] : points_of(history.operations, explained)) {
    points[before.places[place]] = point;
  }
  std::swap(history.operations, before.operations);
  return points;
}

// The bar that cannot be explained: of those that return then, one of the sub-history.
void mark_illegal(CheckPicture& picture) {
  CheckPicture::Bar* found = nullptr;
  for (CheckPicture::Bar& bar : picture.bars) {
    if (bar.operation.returned != picture.wrong_at) continue;
    if (found == nullptr || (found->number == 0 && bar.number > 0)) found = &bar;
  }
  if (found != nullptr) found->is_illegal = true;
}

}  // namespace

CheckPicture check_picture(OperationHistory& history, const Judgement& judgement,
                           const JudgeLimits& limits) {
  CheckPicture picture;
  const bool violated = judgement.status == Status::violated;
  if (violated) picture.wrong_at = judgement.violated_at;
  if (history.operations.empty()) return picture;
  const std::uint32_t object =
      judgement.status == Status::holds ? history.operations.front().object : judgement.object;
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    if (history.operations[i].object == object) places.push_back(i);
  }
  Points points;
  if (judgement.status != Status::undecided) points = explain(history, places, judgement, limits);
  picture.is_explained = !points.empty();

  std::set<std::uint32_t> drawn(judgement.sub_history.begin(), judgement.sub_history.end());
  std::vector<std::uint32_t> candidates = places;
  if (violated) {
    std::erase_if(candidates, [&](std::uint32_t place) {
      return history.operations[place].invoked > judgement.violated_at;
    });
    std::ranges::reverse(candidates);
  }
  for (const std::uint32_t place : candidates) {
    if (drawn.size() >= kMostBars) break;
    drawn.insert(place);
  }
  picture.left_out = places.size() - std::min(places.size(), drawn.size());
  for (const std::uint32_t place : drawn) {
    CheckPicture::Bar bar{.operation = shown_operation(place, history)};
    const auto number = std::ranges::find(judgement.sub_history, place);
    if (number != judgement.sub_history.end()) {
      bar.number = static_cast<std::uint32_t>(number - judgement.sub_history.begin()) + 1;
    }
    if (const auto point = points.find(place); point != points.end()) {
      bar.point = point->second.at;
      bar.rank = point->second.rank;
    }
    picture.bars.push_back(std::move(bar));
  }
  mark_illegal(picture);
  const TrueTime from = picture.bars.front().operation.invoked;
  const TrueTime until = violated ? judgement.violated_at : picture.bars.back().operation.invoked;
  for (const Remark& remark : history.remarks) {
    if (remark.at < from || remark.at > until || picture.remarks.size() >= kMostRemarks) continue;
    picture.remarks.push_back(remark);
  }
  return picture;
}

CheckPicture check_picture(const CheckResult& result) {
  CheckPicture picture;
  if (result.judgement.status != Status::violated) return picture;
  picture.wrong_at = result.judgement.violated_at;
  std::uint32_t number = 0;
  for (const ShownOperation& operation : result.sub_history) {
    picture.bars.push_back({.operation = operation, .number = ++number});
  }
  picture.left_out = result.judgement.operations -
                     std::min<std::uint64_t>(result.judgement.operations, picture.bars.size());
  mark_illegal(picture);
  return picture;
}

}  // namespace picklock
