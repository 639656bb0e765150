#include "algorithms/workload/client.h"

#include <string_view>

namespace picklock {
namespace {

// One client at work. Each operation passes two named points, `before` it is invoked and `after` it has
// completed, where a scenario may strike.
class Client {
 public:
  Client(Environment& env, ClientHost& host, Lock& lock, const ClientScript& script)
      : env_(env), host_(host), lock_(lock), script_(script) {}

  Task<void> run() {
    co_await env_.sleep(script_.start);
    co_await env_.step("started");
    for (std::uint32_t round = 0; round < script_.rounds; ++round) {
      co_await env_.sleep(host_.draw_think());
      co_await one_round();
    }
  }

 private:
  Task<void> one_round() {
    co_await env_.step("before acquire");
    hold_ = host_.invoke(Action::acquire, OpId(), 0, 0);
    const Acquired acquired = co_await lock_.acquire();
    if (!acquired.is_granted()) {
      host_.complete(hold_, acquired.is_refused() ? Outcome::refused : Outcome::unknown, 0, 0);
      co_await env_.step("refused");
      co_return;
    }
    grant_ = acquired.grant();
    host_.complete(hold_, Outcome::ok, 0, grant_.fence);
    host_.deadline(hold_, grant_.valid_until);
    co_await env_.step("acquired");
    co_await work();
    co_await release();
  }

  Task<void> work() {
    if (script_.workload == Workload::none) {
      co_await env_.sleep(host_.draw_hold());
      co_return;
    }
    if (script_.workload == Workload::scheduled_job) {
      co_await run_job();
      co_return;
    }
    if (must_stop()) co_return;
    co_await env_.step("before read");
    const OpId read = host_.invoke(Action::read, hold_, 0, grant_.fence);
    const ResourceReply found = co_await host_.perform(Action::read, 0, grant_.fence);
    host_.complete(read, found.outcome, found.value, 0);
    co_await env_.step("read");
    if (found.outcome != Outcome::ok) co_return;
    co_await env_.sleep(host_.draw_hold());
    if (script_.workload == Workload::counter) {
      co_await change(Action::write, found.value + 1);
    } else if (found.value > 0) {
      co_await change(Action::sell, found.value - 1);
    }
  }

  // The job takes as long as the hold, and has its effect at the end.
  Task<void> run_job() {
    const std::int64_t slot = env_.wall_now().time_since_epoch() / script_.slot;
    const OpId read = host_.invoke(Action::read, hold_, 0, grant_.fence);
    const ResourceReply last = co_await host_.perform(Action::read, 0, grant_.fence);
    host_.complete(read, last.outcome, last.value, 0);
    co_await env_.step("read");
    const bool due = last.outcome == Outcome::ok && last.value < slot + 1;
    if (!due) co_return;
    co_await env_.sleep(host_.draw_hold());
    co_await change(Action::run, slot + 1);  // the slots count from 1; 0 is "none yet"
  }

  Task<void> change(Action action, std::int64_t value) {
    if (must_stop()) co_return;
    co_await env_.step(before(action));
    const OpId op = host_.invoke(action, hold_, value, grant_.fence);
    const ResourceReply done = co_await host_.perform(action, value, grant_.fence);
    host_.complete(op, done.outcome, done.value, 0);
    co_await env_.step(to_string(action));
  }

  Task<void> release() {
    co_await env_.step("before release");
    const OpId op = host_.invoke(Action::release, hold_, 0, 0);
    const Released released = co_await lock_.release(grant_);
    const Outcome outcome = released == Released::yes        ? Outcome::ok
                            : released == Released::not_ours ? Outcome::refused
                                                             : Outcome::unknown;
    host_.complete(op, outcome, 0, 0);
    co_await env_.step("released");
  }

  // A client that was told of its loss stops; a diligent one looks at its deadline as well.
  bool must_stop() const {
    if (host_.is_lost(hold_)) return true;
    return script_.diligent && env_.now() >= grant_.valid_until;
  }

  static std::string_view before(Action action) {
    switch (action) {
      case Action::sell:
        return "before sell";
      case Action::run:
        return "before run";
      default:
        return "before write";
    }
  }

  Environment& env_;
  ClientHost& host_;
  Lock& lock_;
  ClientScript script_;
  OpId hold_;
  Grant grant_;
};

}  // namespace

Task<void> run_client(Environment& env, ClientHost& host, Lock& lock, ClientScript script) {
  Client client(env, host, lock, script);
  co_await client.run();
}

}  // namespace picklock
