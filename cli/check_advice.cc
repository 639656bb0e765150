#include "cli/check_advice.h"

#include <fmt/core.h>

#include <algorithm>

#include "checker/specifications/specification.h"

namespace picklock::cli {
namespace {

std::string command(const CheckResult& result, std::string_view more) {
  const Specification& specification = result.judgement.specification;
  const bool plain = specification == default_specification(specification.kind) &&
                     specification.kind != SpecificationKind::semaphore;
  return fmt::format("picklock check {} --spec {}{}", result.file,
                     plain ? std::string(name_of(specification.kind)) : to_string(specification),
                     more);
}

}  // namespace

std::string next_check_command(const CheckDocument& document, const CheckChoices& chosen) {
  if (document.results.empty()) return {};
  const auto first = [&](Status status) {
    return std::ranges::find_if(document.results, [status](const CheckResult& result) {
      return result.judgement.status == status;
    });
  };
  const auto end = document.results.end();
  if (const auto violated = first(Status::violated); violated != end) {
    const bool refusal = violated->judgement.certificate.kind == CertificateKind::refusal;
    if (refusal && !chosen.refusals_named) return command(*violated, " --refusals ignored");
    return command(*violated,
                   violated->verified == Verified::yes ? " -o edn=history.edn" : " --verify");
  }
  if (const auto undecided = first(Status::undecided); undecided != end) {
    if (undecided->malformed > 0 && !chosen.skip_malformed) {
      return command(*undecided, " --skip-malformed");
    }
    const std::uint64_t budget = chosen.limits.steps_for(undecided->judgement.operations);
    const std::uint64_t more = document.interrupted ? budget : 10 * budget;
    return command(*undecided, fmt::format(" --budget {}", std::max<std::uint64_t>(10, more)));
  }
  return chosen.verify ? std::string() : command(document.results.front(), " --verify");
}

}  // namespace picklock::cli
