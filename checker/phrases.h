// Words of counterexamples. Only violations pay for them.
#pragma once

#include <string>
#include <vector>

#include "checker/timeline.h"
#include "checker/verdict.h"

namespace picklock {

// "10.002s": a true time for people, rounded down to three decimals of its natural unit.
std::string clock_text(TrueTime at);
std::string span_text(Duration length);

// "client-1": who acquired it.
std::string name_of(const Timeline& timeline, const Hold& hold);
std::string name_of_client(const Timeline& timeline, OpId op);
// "client-1's write of 5", "client-2's acquire".
std::string describe(const Timeline& timeline, OpId op);

// A violated verdict; operations are put in the order of invocation, each once, without nones.
Verdict violation(std::uint64_t judged, std::string reason, std::vector<OpId> operations,
                  TrueTime from, TrueTime until);
Verdict undecided(std::uint64_t judged, std::string because);

}  // namespace picklock
