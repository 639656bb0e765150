// The page's data of one result of check. Instants are places in a list of times, because a history may keep
// its times in numbers that JavaScript would round; the list gives their words and their distances.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "reports/check_picture.h"
#include "reports/check_text.h"
#include "reports/result.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

class Times {
 public:
  Times(const CheckPicture& picture, bool positions) : positions_(positions) {
    const auto add = [this](TrueTime at) {
      if (at != kNever) times_.push_back(at);
    };
    for (const auto& bar : picture.bars) {
      add(bar.operation.invoked);
      add(bar.operation.returned);
      add(bar.point);
    }
    for (const Remark& remark : picture.remarks) add(remark.at);
    add(picture.wrong_at);
    std::ranges::sort(times_);
    times_.erase(std::unique(times_.begin(), times_.end()), times_.end());
  }

  Json place(TrueTime at) const {
    if (at == kNever) return {};
    return std::ranges::lower_bound(times_, at) - times_.begin();
  }

  // [words, distance from the one before in ns]: the first instant as it is, the others counted from it.
  Json json() const {
    Json json = Json::array();
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const std::int64_t gap = i == 0 ? 0 : nanoseconds(times_[i] - times_[i - 1]);
      json.push_back({words(i), positions_ ? gap * 1'000'000 : gap});
    }
    return json;
  }

 private:
  std::string words(std::size_t i) const {
    if (positions_) return fmt::to_string(nanoseconds(times_[i]));
    if (i > 0) return "+" + length_text(times_[i] - times_.front());
    return nanoseconds(times_[i]) < 0 ? "start" : instant_text(times_[i]);
  }

  std::vector<TrueTime> times_;
  bool positions_;
};

Json bar_json(const CheckPicture::Bar& bar, const Times& times) {
  const ShownOperation& operation = bar.operation;
  Json json;
  json["process"] = name_in_words(operation.process);
  if (!operation.owner.empty()) json["owner"] = operation.owner;
  json["call"] = operation.call;
  json["answer"] = operation.answer;
  json["outcome"] = to_string(operation.outcome);
  json["from"] = times.place(operation.invoked);
  json["until"] = times.place(operation.returned);
  if (operation.line != 0) json["line"] = operation.line;
  if (bar.number != 0) json["number"] = bar.number;
  if (bar.is_illegal) json["illegal"] = true;
  if (bar.point != kNever) {
    json["point"] = times.place(bar.point);
    json["rank"] = bar.rank;
  }
  return json;
}

std::string verdict_words(const CheckResult& result) {
  const Judgement& judged = result.judgement;
  if (judged.status == Status::violated) return judged.reason;
  if (judged.status == Status::undecided) return judged.undecided_because;
  return "every operation has an explanation";
}

}  // namespace

Json check_story_json(const CheckResult& result, const CheckPicture& picture) {
  const Judgement& judged = result.judgement;
  const Times times(picture, result.times_are_positions);
  Json json;
  json["file"] = result.file;
  json["format"] = result.format;
  json["spec"] = to_string(judged.specification);
  json["spec_words"] = in_words(judged.specification);
  json["status"] = status_name(judged.status);
  json["reason"] = verdict_words(result);
  json["object"] = result.object;
  json["figures"] = {{"operations", judged.operations},
                     {"unknown", result.unknown},
                     {"objects", result.objects},
                     {"processes", result.processes},
                     {"malformed", result.malformed}};
  json["verified"] =
      result.verified == Verified::not_asked ? Json() : Json(result.verified == Verified::yes);
  json["positions"] = result.times_are_positions;
  json["minimal"] = judged.is_minimal;
  json["prefix"] = judged.prefix;
  json["explained"] = picture.is_explained;
  json["left_out"] = picture.left_out;
  json["times"] = times.json();
  json["wrong_at"] = times.place(picture.wrong_at);
  json["bars"] = Json::array();
  for (const auto& bar : picture.bars) json["bars"].push_back(bar_json(bar, times));
  json["remarks"] = Json::array();
  for (const Remark& remark : picture.remarks) {
    json["remarks"].push_back({{"at", times.place(remark.at)}, {"text", remark.text}});
  }
  return json;
}

}  // namespace picklock
