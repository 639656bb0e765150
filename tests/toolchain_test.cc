// Pins what the project relies on in the compilers' coroutines. GCC 12 and Clang 14 agree on all of it, at
// every level of optimisation; docs/coroutines.md lists the forms on which they do not.
#include <gtest/gtest.h>

#include <coroutine>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/call.h"
#include "algorithms/task.h"
#include "algorithms/trampoline.h"

namespace picklock {
namespace {

// Counts how many of it are alive, and notices a second destruction.
class Counted {
 public:
  explicit Counted(int& alive) : alive_(&alive), self_(this) { ++alive; }
  Counted(const Counted& other) : alive_(other.alive_), self_(this) { ++*alive_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    EXPECT_EQ(self_, this);
    self_ = nullptr;
    --*alive_;
  }

 private:
  int* alive_;
  Counted* self_;
};

// A world in the small: keeps the calls that wait for it.
class Server {
 public:
  Call<std::string> ask() {
    return Call<std::string>(
        [this](Completion<std::string>& reply) { waiting_.push_back(&reply); });
  }
  // Answered before anybody waits.
  Call<std::string> ask_at_once() {
    return Call<std::string>([](Completion<std::string>& reply) { reply.complete("at once"); });
  }
  void answer(const std::string& text) {
    for (Completion<std::string>* reply : std::exchange(waiting_, {})) {
      reply->complete(std::string(text));
    }
  }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::vector<Completion<std::string>*> waiting_;
};

class Toolchain : public testing::Test {
 protected:
  void run(Task<void>& task) {
    task.start(trampoline);
    trampoline.run();
  }

  Trampoline trampoline;
  Server server;
  std::vector<std::string> log;
  int alive = 0;
};

Task<int> number(int n) {
  co_return n;
}

Task<void> say(std::vector<std::string>& log, std::string text) {
  log.push_back(text);
  co_return;
}

TEST_F(Toolchain, ATaskDoesNothingBeforeItIsAwaited) {
  Task<void> task = say(log, "a");
  EXPECT_TRUE(log.empty());
  run(task);
  EXPECT_EQ(log, std::vector<std::string>{"a"});
  EXPECT_TRUE(task.is_done());
}

TEST_F(Toolchain, ATaskThatIsNeverAwaitedIsDestroyedWithItsParameters) {
  const auto hold = [](Counted) -> Task<void> { co_return; };
  {
    const Task<void> task = hold(Counted(alive));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

Task<void> inner(Server& server, Counted parameter) {
  const Counted local(parameter);
  const std::string reply = co_await server.ask();
}

Task<void> outer(Server& server, int& alive) {
  const Counted local(alive);
  co_await inner(server, local);
}

TEST_F(Toolchain, DestroyingASuspendedTaskDestroysEachLocalOnce) {
  {
    Task<void> task = outer(server, alive);
    run(task);
    EXPECT_EQ(server.waiting(), 1U);
    EXPECT_EQ(alive, 4);  // two locals, the argument and its copy in the frame of inner()
  }
  EXPECT_EQ(alive, 0);
}

TEST_F(Toolchain, AFinishedTaskDestroysEachLocalOnce) {
  Task<void> task = outer(server, alive);
  run(task);
  server.answer("done");
  trampoline.run();
  EXPECT_TRUE(task.is_done());
  EXPECT_EQ(alive, 0);
}

Task<void> ask_twice(Server& server, std::vector<std::string>& log) {
  const std::string first = co_await server.ask();
  log.push_back(first);
  const std::string second = co_await server.ask();
  log.push_back(second);
}

// The world keeps the address of the temporary that is awaited: it must not move.
TEST_F(Toolchain, AnAwaitedTemporaryStaysWhereItWasMade) {
  Task<void> task = ask_twice(server, log);
  run(task);
  server.answer("one, and long enough to be allocated");
  trampoline.run();
  server.answer("two, and long enough to be allocated");
  trampoline.run();
  EXPECT_EQ(log, (std::vector<std::string>{"one, and long enough to be allocated",
                                           "two, and long enough to be allocated"}));
}

Task<std::string> forward(Server& server, std::string prefix) {
  if (prefix.empty()) co_return co_await server.ask_at_once();
  const std::string reply = co_await server.ask_at_once();
  co_return prefix + reply;
}

Task<void> statements(Server& server, std::vector<std::string>& log, bool yes) {
  if (yes) co_await say(log, "governed by an if");
  if (!yes) co_await say(log, "never");
  for (int i = 0; i < 2; ++i) co_await say(log, "governed by a for");
  const std::string plain = co_await forward(server, "");
  const std::string prefixed = co_await forward(server, std::string("answered "));
  log.push_back(plain);
  log.push_back(prefixed);
}

TEST_F(Toolchain, TheAllowedFormsDoWhatTheySay) {
  Task<void> task = statements(server, log, true);
  run(task);
  EXPECT_EQ(log, (std::vector<std::string>{"governed by an if", "governed by a for",
                                           "governed by a for", "at once", "answered at once"}));
}

// GCC 12 forgets the body of such a loop when its condition awaits; this is the form that it gets right.
Task<void> without_locals(std::vector<std::string>& log) {
  while (log.size() < 3) co_await say(log, "x");
}

TEST_F(Toolchain, ACoroutineWithoutLocalsRunsItsLoop) {
  Task<void> task = without_locals(log);
  run(task);
  EXPECT_EQ(log.size(), 3U);
}

Task<void> sum(std::int64_t count, std::int64_t& total) {
  for (std::int64_t i = 0; i < count; ++i) {
    const int one = co_await number(1);
    total += one;
  }
}

TEST_F(Toolchain, AMillionAwaitsThatCompleteAtOnceKeepTheStackFlat) {
  std::int64_t total = 0;
  Task<void> task = sum(1'000'000, total);
  run(task);
  EXPECT_EQ(total, 1'000'000);
}

Task<void> count_answers(Server& server, int count, int& answers) {
  for (int i = 0; i < count; ++i) {
    co_await server.ask_at_once();
    ++answers;
  }
}

TEST_F(Toolchain, AMillionCallsThatWereAnsweredAlreadyKeepTheStackFlat) {
  int answers = 0;
  Task<void> task = count_answers(server, 1'000'000, answers);
  run(task);
  EXPECT_EQ(answers, 1'000'000);
}

Task<int> depth(int levels) {
  if (levels == 0) co_return 0;
  const int below = co_await depth(levels - 1);
  co_return below + 1;
}

Task<void> store(int levels, int& result) {
  const int found = co_await depth(levels);
  result = found;
}

TEST_F(Toolchain, TasksNestThousandsDeep) {
  int result = 0;
  Task<void> task = store(5'000, result);
  run(task);
  EXPECT_EQ(result, 5'000);
}

Task<void> move_through(std::unique_ptr<int> value, int& result) {
  co_await number(0);
  result = *value;
}

TEST_F(Toolchain, ParametersThatOnlyMoveArriveWhole) {
  int result = 0;
  Task<void> task = move_through(std::make_unique<int>(42), result);
  run(task);
  EXPECT_EQ(result, 42);
}

TEST_F(Toolchain, MovingATaskLeavesItsFrameWhereItIs) {
  Task<void> task = outer(server, alive);
  task.start(trampoline);
  Task<void> moved = std::move(task);
  trampoline.run();
  EXPECT_EQ(server.waiting(), 1U);
  EXPECT_FALSE(moved.is_done());
  server.answer("done");
  trampoline.run();
  EXPECT_TRUE(moved.is_done());
}

}  // namespace
}  // namespace picklock
