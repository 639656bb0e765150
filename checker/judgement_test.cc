#include "checker/judgement.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checker/certificate_verifier.h"
#include "checker/lock_server_history.h"

namespace picklock {
namespace {

// A history on one object, told call by call; times in nanoseconds, -1: unknown.
class Told {
 public:
  Told() { history_.times_are_positions = true; }

  Told& call(const std::string& who, Verb verb, std::int64_t from, std::int64_t until,
             Outcome outcome = Outcome::ok, Value argument = {}, Value result = {}) {
    std::uint32_t process = 0;
    while (process < history_.owners.size() && history_.owners[process] != who) ++process;
    if (process == history_.owners.size()) {
      history_.owners.push_back(who);
      history_.processes.push_back(who);
    }
    history_.operations.push_back({.invoked = true_time(from),
                                   .returned = until < 0 ? kNever : true_time(until),
                                   .argument = argument,
                                   .result = result,
                                   .process = process,
                                   .owner = process,
                                   .object = object_,
                                   .verb = verb,
                                   .outcome = until < 0 ? Outcome::unknown : outcome});
    return *this;
  }
  Told& acquire(const std::string& who, std::int64_t from, std::int64_t until) {
    return call(who, Verb::acquire, from, until);
  }
  Told& release(const std::string& who, std::int64_t from, std::int64_t until) {
    return call(who, Verb::release, from, until);
  }
  Told& refused(const std::string& who, std::int64_t from, std::int64_t until) {
    return call(who, Verb::acquire, from, until, Outcome::refused);
  }
  Told& shared() {
    history_.operations.back().mode = Mode::shared;
    return *this;
  }
  Told& fence(std::int64_t token) {
    history_.operations.back().result = Value::integer(token);
    return *this;
  }
  Told& object(std::uint32_t object) {
    object_ = object;
    return *this;
  }

  Judgement judge(const std::string& specification, unsigned jobs = 1) const {
    const Judgement judgement =
        picklock::judge(history_, parse_specification(specification).value(),
                        {.jobs = jobs, .linearization = true});
    EXPECT_EQ(verify(history_, judgement), "");
    return judgement;
  }

 private:
  OperationHistory history_;
  std::uint32_t object_ = 0;
};

TEST(OwnerMutex, AcceptsHoldsThatFollowOneAnother) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 3, 8).release("A", 5, 6).release("B", 9, 10);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::holds);
}

TEST(OwnerMutex, RejectsTwoHoldsAtOnceAndSaysWhy) {
  Told told;
  told.acquire("A", 8, 10).acquire("B", 11, 12).release("A", 14, 15).release("B", 16, 17);
  const Judgement judgement = told.judge("owner-mutex");
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_EQ(judgement.reason,
            "B's acquire returned at 12 while A, which acquired at 10, had not invoked release");
  EXPECT_EQ(judgement.sub_history, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(judgement.violated_at, true_time(12));
  EXPECT_EQ(judgement.prefix, 1);
}

TEST(OwnerMutex, SpeaksOfNumberedProcessesAsProcesses) {
  Told told;
  told.acquire("3", 8, 10).acquire("0", 11, 12);
  EXPECT_EQ(told.judge("owner-mutex").reason,
            "process 0's acquire returned at 12 while process 3, which acquired at 10, had not "
            "invoked release");
}

TEST(OwnerMutex, AcceptsHoldsThatTouch) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 3, 5).release("A", 5, 7).release("B", 8, 9);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::holds);
}

TEST(OwnerMutex, AnUnknownReleaseMayComeAtAnyLaterTime) {
  Told told;
  told.acquire("A", 1, 2).release("A", 3, -1).acquire("B", 50, 60);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::holds);
}

TEST(OwnerMutex, ACrashDoesNotRelease) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 50, 60);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::violated);
}

TEST(OwnerMutex, AnUnknownAcquireExplainsARefusalAfterTheLastHold) {
  Told told;
  told.acquire("A", 1, -1).refused("B", 5, 6);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::holds);
  told.acquire("C", 7, 8);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::violated);
  EXPECT_EQ(told.judge("owner-mutex:refusals=ignored").status, Status::holds);
}

TEST(OwnerMutex, RejectsARefusalOfAFreeLock) {
  Told told;
  told.acquire("A", 1, 2).release("A", 3, 4).refused("B", 5, 6).acquire("C", 7, 8);
  const Judgement judgement = told.judge("owner-mutex");
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::refusal);
  EXPECT_EQ(judgement.reason,
            "B's acquire was refused within [5, 6] although the lock was free: A's release had "
            "returned at 4");
}

TEST(OwnerMutex, RejectsAReleaseByAnother) {
  Told told;
  told.acquire("A", 1, 2).release("B", 3, 4);
  EXPECT_EQ(told.judge("owner-mutex").status, Status::violated);
  EXPECT_EQ(told.judge("mutex").status, Status::holds) << "the owner-blind mutex does not mind";
}

// Before it returns, a release that will be refused may have succeeded; where refusals are ignored, it is
// no part of the history.
TEST(OwnerMutex, LearnsOfARefusalWhenItReturns) {
  Told told;
  told.acquire("A", 1, 2).call("A", Verb::release, 3, 9, Outcome::refused).acquire("B", 4, 6);
  const Judgement strict = told.judge("owner-mutex");
  EXPECT_EQ(strict.violated_at, true_time(9));
  EXPECT_EQ(strict.prefix, 2);
  const Judgement ignoring = told.judge("owner-mutex:refusals=ignored");
  EXPECT_EQ(ignoring.violated_at, true_time(6));
  EXPECT_EQ(ignoring.prefix, 1);
}

TEST(ReadWriteLock, RejectsARefusalThatNobodyExplains) {
  Told told;
  told.acquire("A", 1, 2).release("A", 3, 4).acquire("B", 5, 6).shared();
  told.refused("C", 7, 8).shared();
  const Judgement judgement = told.judge("rw-lock");
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::refusal);
  EXPECT_EQ(
      judgement.reason,
      "C's shared acquire was refused within [7, 8] although no writer can have held the lock: A's "
      "release had returned at 4");
  EXPECT_EQ(told.judge("rw-lock:refusals=ignored").status, Status::holds);
}

TEST(ReadWriteLock, LetsAWriterExplainWhatTheReadersCannot) {
  Told told;
  told.acquire("A", 1, 2).shared().release("A", 3, 9).refused("B", 4, 5).shared();
  EXPECT_EQ(told.judge("rw-lock").status, Status::violated);
  told.acquire("C", 4, 12);
  EXPECT_EQ(told.judge("rw-lock").status, Status::holds) << "A may have released at 3";
}

TEST(Reentrant, CountsUpToItsLimit) {
  Told told;
  told.acquire("A", 1, 2).acquire("A", 3, 4).release("A", 5, 6).release("A", 7, 8);
  EXPECT_EQ(told.judge("reentrant").status, Status::holds);
  EXPECT_EQ(told.judge("reentrant:2").status, Status::holds);
  EXPECT_EQ(told.judge("reentrant:1").status, Status::violated);
}

TEST(Fenced, TokensIncrease) {
  Told told;
  told.acquire("A", 1, 2).fence(7).release("A", 3, 4).acquire("B", 5, 6).fence(9);
  EXPECT_EQ(told.judge("fenced").status, Status::holds);
  told.release("B", 7, 8).acquire("C", 9, 10).fence(9);
  EXPECT_EQ(told.judge("fenced").certificate.kind, CertificateKind::fence_inversion);
}

TEST(Semaphore, LetsInAsManyAsItHasPermits) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 3, 4).acquire("C", 5, 6);
  EXPECT_EQ(told.judge("semaphore:3").status, Status::holds);
  const Judgement judgement = told.judge("semaphore:2");
  EXPECT_EQ(judgement.status, Status::violated);
  EXPECT_EQ(judgement.sub_history.size(), 3);
}

TEST(Lease, MayEndByItselfButNotBeforeItsTime) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 10, 12);
  EXPECT_EQ(told.judge("lease").status, Status::holds);
  EXPECT_EQ(told.judge("lease:ttl=10ns").status, Status::holds);
  EXPECT_EQ(told.judge("lease:ttl=12ns").status, Status::violated);
  EXPECT_EQ(told.judge("lease:ttl=12ns,drift=20%").status, Status::holds);
}

TEST(Lease, PushesOneHoldAfterTheOther) {
  Told told;
  told.acquire("A", 0, 8).acquire("B", 2, 16).acquire("C", 4, 24);
  EXPECT_EQ(told.judge("lease:ttl=12ns").status, Status::holds);
  const Judgement judgement = told.judge("lease:ttl=20ns");
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::lease_overlap);
  EXPECT_EQ(judgement.violated_at, true_time(16));
}

TEST(Lease, ARenewalShowsThatItWasStillHeld) {
  Told told;
  told.acquire("A", 1, 2).acquire("B", 5, 6).call("A", Verb::renew, 8, 9);
  const Judgement judgement = told.judge("lease");
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::lease_overlap);
  EXPECT_EQ(judgement.sub_history, (std::vector<std::uint32_t>{1, 2}));
}

TEST(Judge, ReportsTheEarliestViolationOfAllObjectsForAnyNumberOfJobs) {
  Told told;
  told.object(0).acquire("A", 1, 2).object(1).acquire("B", 3, 4).object(1).acquire("C", 5, 6);
  told.object(0).acquire("D", 7, 8);
  for (const unsigned jobs : {1U, 2U, 8U}) {
    const Judgement judgement = told.judge("owner-mutex", jobs);
    EXPECT_EQ(judgement.object, 1);
    EXPECT_EQ(judgement.violated_at, true_time(6));
  }
}

TEST(Judge, IsUndecidedAboutWhatItDoesNotUnderstand) {
  Told told;
  told.call("A", Verb::write, 1, 2);
  const Judgement judgement = told.judge("owner-mutex");
  EXPECT_EQ(judgement.status, Status::undecided);
  EXPECT_EQ(judgement.undecided_because, "A's write is no operation of owner-mutex");
}

TEST(Judge, IsUndecidedWhenTheBudgetEnds) {
  OperationHistory history;
  history.objects.emplace_back();
  for (std::uint32_t i = 0; i < 20; ++i) {
    history.operations.push_back({.invoked = true_time(1),
                                  .returned = true_time(9),
                                  .argument = Value::integer(i),
                                  .process = i,
                                  .owner = i,
                                  .verb = Verb::write,
                                  .outcome = Outcome::ok});
  }
  history.operations.push_back({.invoked = true_time(10),
                                .returned = true_time(11),
                                .result = Value::integer(99),
                                .process = 20,
                                .owner = 20,
                                .verb = Verb::read,
                                .outcome = Outcome::ok});
  const Specification specification = default_specification(SpecificationKind::plain_register);
  EXPECT_EQ(judge(history, specification, {.search_steps = 1'000}).status, Status::undecided);
  const Judgement judgement = judge(history, specification, {.search_bytes = 10'000});
  EXPECT_EQ(judgement.status, Status::undecided);
  EXPECT_EQ(judgement.undecided_because, "the search used up its budget of memory");
}

TEST(Judge, FindsTheInjectedErrorOfALockServer) {
  for (const Injection injection :
       {Injection::none, Injection::double_grant, Injection::free_refusal}) {
    const OperationHistory history = record_lock_server({.clients = 10,
                                                         .operations = 5'000,
                                                         .tries = true,
                                                         .unknowns = 10,
                                                         .injection = injection});
    const Judgement judgement =
        judge(history, default_specification(SpecificationKind::owner_mutex));
    const bool is_good = injection == Injection::none;
    EXPECT_EQ(judgement.status, is_good ? Status::holds : Status::violated);
    EXPECT_EQ(is_good ? "" : verify(history, judgement), "");
  }
}

// Values of a register in turn, each written and then read, until an old one is read.
TEST(Judge, ExplainsALongHistoryByItsEnd) {
  Told told;
  for (std::int64_t i = 0; i < 10'000; ++i) {
    const std::int64_t seen = i == 9'000 ? 8'000 : i;
    told.call("A", Verb::write, 4 * i, 4 * i + 2, Outcome::ok, Value::integer(i));
    told.call("B", Verb::read, 4 * i + 3, 4 * i + 5, Outcome::ok, {}, Value::integer(seen));
  }
  const Judgement judgement = told.judge("register");
  EXPECT_EQ(judgement.violated_at, true_time(36'005));
  EXPECT_TRUE(judgement.is_minimal);
  EXPECT_EQ(judgement.sub_history.size(), 2);
}

TEST(Judge, HasNoLimitOfOperationsInFlight) {
  OperationHistory history;
  history.objects.emplace_back();
  for (std::uint32_t i = 0; i < 300; ++i) {
    history.operations.push_back({.invoked = true_time(1),
                                  .returned = true_time(9),
                                  .result = Value(),
                                  .process = i,
                                  .owner = i,
                                  .verb = Verb::read,
                                  .outcome = Outcome::ok});
  }
  EXPECT_EQ(judge(history, default_specification(SpecificationKind::plain_register)).status,
            Status::holds);
}

TEST(Specifications, AreReadAndPrintedWhole) {
  for (const SpecificationEntry& entry : specifications()) {
    const Specification specification = default_specification(entry.kind);
    EXPECT_EQ(parse_specification(to_string(specification)).value(), specification);
  }
  EXPECT_EQ(to_string(parse_specification("semaphore:3").value()),
            "semaphore:permits=3,refusals=strict,timeouts=go-on");
}

TEST(Specifications, NameTheNearestWhenMistyped) {
  const auto result = parse_specification("owner-mutx");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().front().hint, "did you mean \"owner-mutex\"?");
  EXPECT_FALSE(parse_specification("semaphore").has_value());
  EXPECT_FALSE(parse_specification("lease:ttl=soon,refusals=perhaps").has_value());
}

}  // namespace
}  // namespace picklock
