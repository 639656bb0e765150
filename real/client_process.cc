#include "real/client_process.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "real/redis_link.h"
#include "sim/distribution.h"
#include "sim/plan.h"

namespace picklock {

// The reply of the resource: its outcome as a status, and its value.
class ClientProcess::ResourceAnswer final : public RedisClient::PendingReply {
 public:
  Completion<ResourceReply>* waiting = nullptr;

  void complete(RedisReply&& reply) override {
    ResourceReply answer;
    const auto& parts = reply.elements();
    if (reply.kind() == RedisReply::Kind::array && parts.size() == 2) {
      answer.outcome = parts[0].is_ok() ? Outcome::ok : Outcome::refused;
      answer.value = parts[1].integer();
    }
    waiting->complete(std::move(answer));
  }
};

ClientProcess::ClientProcess(const Options& options)
    : options_(options),
      loop_(options_.state.clocks()),
      line_(options_.line, loop_, slot()),
      choices_(options_.choices),
      answer_(std::make_unique<ResourceAnswer>()),
      suspended_(clocks().suspended) {
  // The names of the simulator: the same choices give the same pace in both worlds.
  const std::string name = fmt::format("client-{}", options_.id.value() + 1);
  tokens_ = Stream("token " + name);
  jitters_ = Stream("jitter " + name);
  thinks_ = Stream("think " + name);
  holds_ = Stream("hold " + name);
  // Sleeps and time-outs are on the monotonic clock, which stands still while the machine is suspended.
  loop_.put_off_by([this] {
    const Duration suspended = clocks().suspended;
    return suspended - std::exchange(suspended_, suspended);
  });
  const auto caller = [this] { return Caller{options_.id, op_, hold_}; };
  owned_servers_ = options_.connect({.loop = loop_,
                                     .places = {options_.servers.begin(), options_.servers.end()},
                                     .caller = caller,
                                     .after = [this](Duration limit) { return after(limit); },
                                     .woken = [this] { woken(); }});
  for (const auto& server : owned_servers_) servers_.push_back(server.get());
  resource_ = std::make_unique<RedisLink>(
      loop_, RedisLink::Options{options_.resource, caller,
                                [this] { return after(options_.scenario.resource.call_timeout); }});
}

ClientProcess::~ClientProcess() = default;

int ClientProcess::run() {
  const Scenario& scenario = options_.scenario;
  lock_ = make_lock();
  if (!line_.wait_for_start()) return 1;
  const ClientSpec& spec = scenario.clients[options_.id.value()];
  roots_.push_back(run_client(*this, *this, *lock_, client_script(scenario, spec)));
  roots_.front().start(trampoline_);
  while (true) {
    trampoline_.run();
    if (roots_.front().is_done()) break;
    line_.wait();
  }
  return 0;
}

std::unique_ptr<Lock> ClientProcess::make_lock() {
  LockOptions options = lock_options(options_.scenario);
  options.name.insert(0, options_.key_prefix);
  return options_.lock.make(*this, options);
}

NodeClocks::Values ClientProcess::clocks() const {
  return options_.state.clocks().nodes[options_.id.value()].read();
}

LocalTime ClientProcess::now() const {
  return clocks().monotonic.at(true_now());
}
LocalTime ClientProcess::boot_now() const {
  const NodeClocks::Values shown = clocks();
  return shown.monotonic.at(true_now()) + shown.suspended;
}
LocalTime ClientProcess::wall_now() const {
  return clocks().wall.at(true_now());
}

TrueTime ClientProcess::after(Duration duration) const {
  return clocks().monotonic.after(duration, true_now());
}

Token ClientProcess::fresh_token() {
  return Token(mix(tokens_.key() + slot().tokens.fetch_add(1)));
}

Duration ClientProcess::jitter(Duration max) {
  if (max <= Duration{}) return Duration{};
  return uniform_quantile(Duration{}, max, choices_.draw(jitters_));
}

Duration ClientProcess::draw_think() {
  return draw_duration(choices_, thinks_, options_.scenario.clients[options_.id.value()].think);
}

Duration ClientProcess::draw_hold() {
  return draw_duration(choices_, holds_, options_.scenario.clients[options_.id.value()].hold);
}

void ClientProcess::spawn(Task<void> task) {
  for (std::size_t i = roots_.size(); i-- > 1;) {
    if (roots_[i].is_done()) roots_.erase(roots_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  roots_.push_back(std::move(task));
  roots_.back().start(trampoline_);
}

void ClientProcess::resume_after(Duration duration, std::coroutine_handle<> waiter) {
  loop_.at(after(std::max(duration, Duration{})), [this, waiter] { trampoline_.enqueue(waiter); });
}

bool ClientProcess::reached(std::string_view label) {
  line_.reached(label);  // a pause or a crash happens in there: a stopped process executes nothing
  return false;
}

void ClientProcess::resume_with_process(std::coroutine_handle<> waiter) {
  trampoline_.enqueue(waiter);
}

void ClientProcess::record(Event event) {
  event.at = true_now();
  event.node = options_.id;
  options_.state.record(options_.id.value(), event);
}

void ClientProcess::woken() {
  if (action_ == Action::acquire) record({.kind = EventKind::woken, .op = op_});
}

void ClientProcess::report_lost() {
  if (lost_ == hold_) return;
  lost_ = hold_;
  record({.kind = EventKind::aware, .hold = hold_});
  line_.reached("lost");
}

OpId ClientProcess::invoke(Action action, OpId hold, std::int64_t value, std::int64_t fence) {
  op_ = OpId(options_.state.shared().next_op.fetch_add(1));
  hold_ = action == Action::acquire ? op_ : hold;
  action_ = action;
  if (action == Action::acquire) slot().valid_until = nanoseconds(kNoDeadline);
  record({.kind = EventKind::invoke,
          .action = action,
          .op = op_,
          .hold = hold_,
          .value = value,
          .fence = fence});
  return op_;
}

void ClientProcess::complete(OpId op, Outcome outcome, std::int64_t value, std::int64_t fence) {
  record({.kind = EventKind::complete,
          .action = action_,
          .outcome = outcome,
          .op = op,
          .hold = hold_,
          .value = value,
          .fence = fence});
}

void ClientProcess::deadline(OpId hold, LocalTime valid_until) {
  slot().hold = hold.value();
  slot().valid_until = nanoseconds(valid_until);
  if (valid_until == kNoDeadline) return;
  const TrueTime passes = clocks().monotonic.when(valid_until, true_now());
  record({.kind = EventKind::deadline, .hold = hold, .value = nanoseconds(passes)});
}

Call<ResourceReply> ClientProcess::perform(Action action, std::int64_t value, std::int64_t fence) {
  return Call<ResourceReply>([&](Completion<ResourceReply>& completion) {
    answer_->waiting = &completion;
    resource_->send(*answer_, to_string(action), value, fence, op_.value(), hold_.value());
  });
}

}  // namespace picklock
