#include "cli/judging.h"

#include <fmt/format.h>

#include <utility>

#include "checker/one_pass.h"
#include "cli/program.h"
#include "cli/progress.h"

namespace picklock::cli {
namespace {

Judgement undecided_without(std::uint64_t malformed, const Specification& specification,
                            std::uint64_t operations) {
  return {
      .specification = specification,
      .status = Status::undecided,
      .operations = operations,
      .undecided_because = fmt::format("{} {} could not be read, so this is not the whole history",
                                       malformed, malformed == 1 ? "place" : "places")};
}

}  // namespace

Judgement judge_whole(const std::string& file, const OperationHistory& history,
                      const Specification& specification, JudgeLimits limits, bool skip_malformed) {
  if (history.malformed > 0 && !skip_malformed) {
    return undecided_without(history.malformed, specification, history.operations.size());
  }
  Watch watch{.stop = &interrupted()};
  limits.watch = &watch;
  const CountedProgress progress("judging " + file, "steps", watch.steps,
                                 limits.steps_for(history.operations.size()));
  return judge(history, specification, limits);
}

Result<CheckResult> check_in_one_pass(const std::string& file, std::string_view text,
                                      const Specification& specification,
                                      const ReadOptions& options, bool skip_malformed) {
  Result<OnePass> pass = judge_in_one_pass(text, specification, options);
  if (!pass) return pass.error();
  OperationHistory& history = pass->read.history;
  if (history.malformed > 0 && !skip_malformed) {
    pass->judgement =
        undecided_without(history.malformed, specification, pass->judgement.operations);
  }
  if (pass->read.stopped) pass->judgement.status = Status::undecided;
  CheckResult result = check_result(file, std::string(to_string(pass->read.format)), history,
                                    std::move(pass->judgement));
  result.unknown = pass->unknown;
  const auto in_whole = [&](std::uint32_t& place) { place = pass->places[place]; };
  for (ShownOperation& shown : result.sub_history) in_whole(shown.place);
  for (std::uint32_t& place : result.judgement.sub_history) in_whole(place);
  for (std::uint32_t& place : result.judgement.certificate.operations) in_whole(place);
  return result;
}

}  // namespace picklock::cli
