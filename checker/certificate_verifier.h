// Checks a judgement's certificate against the history, without any of the code that found it.
#pragma once

#include <string>

#include "checker/judgement.h"
#include "checker/operations.h"

namespace picklock {

// Why the certificate does not prove the judgement; empty when it does, or when there is nothing to prove (an
// undecided judgement). O(n log n) but for `unexplained_subset`, which is refuted again by an exhaustive search of
// the cut: exponential in the operations in flight. Each kind is checked in a file of checker/certificates/.
// What `watch` stops is not proved: "it was interrupted".
std::string verify(const OperationHistory& history, const Judgement& judgement,
                   Watch* watch = nullptr);

}  // namespace picklock
