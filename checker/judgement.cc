#include "checker/judgement.h"

#include <array>

namespace picklock {

std::string_view to_string(CertificateKind kind) {
  static constexpr std::array<std::string_view, 7> kNames{
      "none",   "linearization",     "overlap", "refusal", "fence-inversion",
      "misuse", "unexplained-subset"};
  return kNames.at(static_cast<std::size_t>(kind));
}

Judgement judge(const OperationHistory&, const Specification& specification, const JudgeLimits&) {
  return {.specification = specification,
          .status = Status::undecided,
          .undecided_because = "no procedure is linked"};
}

}  // namespace picklock
