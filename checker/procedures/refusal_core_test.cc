#include "checker/procedures/refusal_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checker/certificate_verifier.h"
#include "checker/judgement.h"

namespace picklock {
namespace {

class Crowd {
 public:
  explicit Crowd(std::uint32_t processes) {
    history_.objects.emplace_back();
    for (std::uint32_t i = 0; i < processes; ++i) {
      history_.processes.push_back(std::to_string(i));
      history_.owners.push_back(std::to_string(i));
    }
  }

  void call(std::uint32_t who, Verb verb, Mode mode, std::int64_t from, std::int64_t until,
            Outcome outcome = Outcome::ok) {
    history_.operations.push_back({.invoked = true_time(from),
                                   .returned = true_time(until),
                                   .process = who,
                                   .owner = who,
                                   .verb = verb,
                                   .mode = mode,
                                   .outcome = outcome});
  }

  // Readers 1 to `processes` - 1 by turns, each of which holds the lock while the next two acquire it.
  std::int64_t read(std::uint32_t processes, std::uint32_t times, std::int64_t from) {
    for (std::uint32_t i = 0; i < times; ++i) {
      const std::uint32_t reader = 1 + i % (processes - 1);
      const std::int64_t at = from + 10 * i;
      call(reader, Verb::acquire, Mode::shared, at, at + 4);
      call(reader, Verb::release, Mode::shared, at + 25, at + 29);
    }
    return from + 10 * std::int64_t{times};
  }

  Judgement judged() {
    std::ranges::stable_sort(history_.operations, {}, &Operation::invoked);
    const Judgement judgement =
        judge(history_, default_specification(SpecificationKind::rw_lock), {});
    EXPECT_EQ(verify(history_, judgement), "");
    return judgement;
  }

  std::vector<Operation> named(const Judgement& judgement) const {
    std::vector<Operation> operations;
    for (const std::uint32_t place : judgement.sub_history) {
      operations.push_back(history_.operations[place]);
    }
    return operations;
  }

 private:
  OperationHistory history_;
};

constexpr Mode kReads = Mode::shared;
constexpr Mode kWrites = Mode::exclusive;

TEST(RefusalCore, OneReaderOfManyShowsThatNobodyWrote) {
  Crowd crowd(20);
  crowd.call(0, Verb::acquire, kWrites, 0, 5);
  crowd.call(0, Verb::release, kWrites, 8, 9);
  const std::int64_t end = crowd.read(20, 5'000, 20);
  crowd.call(0, Verb::acquire, kReads, end, end + 3, Outcome::refused);
  const Judgement judgement = crowd.judged();
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::refusal);
  EXPECT_TRUE(judgement.is_minimal);
  // The writer has to be known to have gone; a reader that held the lock meanwhile says so.
  const std::vector<Operation> named = crowd.named(judgement);
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0].mode, kReads);
  EXPECT_EQ(named[1].outcome, Outcome::refused);
}

TEST(RefusalCore, AWriterIsRefusedAlthoughAllReadersHaveGone) {
  Crowd crowd(20);
  const std::int64_t end = crowd.read(20, 1'000, 0) + 30;
  crowd.call(0, Verb::acquire, kWrites, end, end + 3, Outcome::refused);
  const Judgement judgement = crowd.judged();
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_TRUE(judgement.is_minimal);
  // Each of the other nineteen might never have given the lock back.
  EXPECT_EQ(judgement.sub_history.size(), 20U);
}

TEST(RefusalCore, AWriterAfterwardsShowsThatReadersHadGone) {
  Crowd crowd(20);
  const std::int64_t end = crowd.read(20, 1'000, 0) + 30;
  crowd.call(1, Verb::acquire, kWrites, end, end + 1);
  crowd.call(1, Verb::release, kWrites, end + 4, end + 5);
  crowd.call(0, Verb::acquire, kWrites, end + 10, end + 13, Outcome::refused);
  const Judgement judgement = crowd.judged();
  EXPECT_TRUE(judgement.is_minimal);
  EXPECT_EQ(judgement.violated_at, true_time(end + 13));
  const std::vector<Operation> named = crowd.named(judgement);
  ASSERT_EQ(named.size(), 3U);
  EXPECT_EQ(named[0].verb, Verb::acquire);
  EXPECT_EQ(named[1].verb, Verb::release);
}

TEST(RefusalCore, ManyReadersHoldOneAfterAnother) {
  Crowd crowd(20);
  const std::int64_t end = crowd.read(20, 40, 0);
  // From the first reader's acquire to the last one's release nobody can have written.
  crowd.call(0, Verb::acquire, kReads, 6, end + 10, Outcome::refused);
  const Judgement judgement = crowd.judged();
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::refusal);
  EXPECT_TRUE(judgement.is_minimal);
}

}  // namespace
}  // namespace picklock
