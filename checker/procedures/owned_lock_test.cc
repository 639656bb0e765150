#include "checker/procedures/owned_lock.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace picklock {
namespace {

// Clients take turns: each acquires, is refused once in a while, and releases, while the next one waits.
void stream(std::uint32_t clients, std::uint32_t operations) {
  OwnedLockSweep sweep(default_specification(SpecificationKind::owner_mutex));
  std::int64_t now = 0;
  for (std::uint32_t i = 0; i < operations; i += 3) {
    const std::uint32_t holder = i / 3 % clients;
    const auto call = [&](std::uint32_t process, Verb verb, std::int64_t lasts, Outcome outcome) {
      sweep.push({.invoked = true_time(now),
                  .returned = true_time(now + lasts),
                  .process = process,
                  .owner = process,
                  .verb = verb,
                  .outcome = outcome},
                 i);
      now += 2;
    };
    call(holder, Verb::acquire, 1, Outcome::ok);
    call((holder + 1) % clients, Verb::acquire, 1, Outcome::refused);
    call(holder, Verb::release, 5, Outcome::ok);
    now += 4;
  }
  EXPECT_EQ(sweep.finish().kind, Decision::Kind::holds);
}

std::int64_t peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Eight bytes for each operation would be seven megabytes more.
TEST(OwnedLockSweep, NeedsMemoryForItsClientsOnly) {
  stream(50, 100'000);
  const std::int64_t before = peak_kilobytes();
  stream(50, 1'000'000);
  EXPECT_LT(peak_kilobytes() - before, 512);
}

}  // namespace
}  // namespace picklock
