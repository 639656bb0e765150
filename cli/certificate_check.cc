#include "cli/certificate_check.h"

#include <fmt/core.h>

#include "checker/certificate_verifier.h"
#include "cli/program.h"
#include "cli/progress.h"

namespace picklock::cli {

void verify_certificate(const std::string& file, const OperationHistory& history,
                        CheckResult& result) {
  Watch watch{.stop = &interrupted()};
  const CountedProgress progress("checking the certificate of " + file, "steps", watch.steps);
  const std::string why_not = verify(history, result.judgement, &watch);
  if (why_not.empty()) {
    result.verified = Verified::yes;
  } else if (!interrupted()) {
    result.verified = Verified::no;
    fmt::print(stderr, "picklock: {}: {}\n", file, why_not);
  }
}

}  // namespace picklock::cli
