#include "sim/process.h"

#include <algorithm>
#include <utility>

#include "sim/distribution.h"
#include "sim/plan.h"

namespace picklock {
Process::Process(const Context& context, NodeId id, const ClientSpec& spec)
    : context_(context), id_(id), spec_(spec) {
  const std::string& name = context_.kernel.node(id).name;
  tokens_ = Stream("token " + name);
  jitters_ = Stream("jitter " + name);
  thinks_ = Stream("think " + name);
  holds_ = Stream("hold " + name);
}

void Process::name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const {
  const std::string& name = node().name;
  names.emplace_back(jitters_.key(), "jitter " + name);
  names.emplace_back(thinks_.key(), "think " + name);
  names.emplace_back(holds_.key(), "hold " + name);
}

OwnerRule Process::probe_owner_rule() {
  return context_.lock.make(*this, lock_options(context_.scenario))->owner_rule();
}

void Process::reset() {
  bury();
  tokens_.rewind();
  jitters_.rewind();
  thinks_.rewind();
  holds_.rewind();
  op_ = hold_ = lost_ = OpId();
  operations_ = 0;
  valid_until_ = kNoDeadline;
}

void Process::start() {
  lock_ = context_.lock.make(*this, lock_options(context_.scenario));
  roots_.push_back(run_client(*this, *this, *lock_, client_script(context_.scenario, spec_)));
  roots_.back().start(context_.kernel.trampoline());
}

void Process::bury() {
  roots_.clear();
  lock_.reset();
}

LocalTime Process::now() const {
  return node().monotonic.at(context_.kernel.now());
}
LocalTime Process::boot_now() const {
  return now() + node().suspended;
}
LocalTime Process::wall_now() const {
  return node().wall.at(context_.kernel.now());
}

// Unique by construction: the process's own name hash and a counter, mixed. It is no choice of the run,
// so it is the same in every world that meets the same acquisitions.
Token Process::fresh_token() {
  const std::uint64_t unique = mix(tokens_.key() + tokens_.ordinal());
  const std::uint32_t nth = tokens_.ordinal();
  tokens_.skip();
  const Token token(unique);
  Kernel& kernel = context_.kernel;
  if (kernel.is_observing()) kernel.names().add_token(token.text(), {id_, nth});
  return token;
}

bool Process::is_at_rest() const {
  return !roots_.empty() && std::ranges::all_of(roots_, &Task<void>::is_done);
}

// Unless something else was handed to this process meanwhile: behind the sums so far lies one observation at most.
void Process::amounts_to(std::size_t since, std::uint64_t summary) {
  if (!context_.kernel.is_observing()) return;
  std::vector<Node::Observed>& observed = context_.kernel.node(id_).observed;
  const auto all_sums = [&](std::size_t until) {
    for (std::size_t i = since; i < until; ++i) {
      if (!observed[i].is_sum) return false;
    }
    return true;
  };
  if (observed.size() <= since || !all_sums(observed.size() - 1)) return;
  observed.resize(since);
  FactBuilder fact(context_.kernel.names());
  fact.name_client(id_).add(static_cast<std::uint64_t>(nanoseconds(context_.kernel.now())));
  observed.push_back({fact.add(summary).add(since).fact(), true});
}

Duration Process::jitter(Duration max) {
  if (max <= Duration{}) return Duration{};
  const std::uint64_t draw = context_.kernel.choices().draw(jitters_);
  return uniform_quantile(Duration{}, max, draw);
}

void Process::spawn(Task<void> task) {
  // Finished background tasks make room; the program itself stays first.
  for (std::size_t i = roots_.size(); i-- > 1;) {
    if (roots_[i].is_done()) roots_.erase(roots_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  roots_.push_back(std::move(task));
  roots_.back().start(context_.kernel.trampoline());
}

void Process::report_lost() {
  if (lost_ == hold_) return;
  lost_ = hold_;
  context_.kernel.recorder().add(
      {.at = context_.kernel.now(), .kind = EventKind::aware, .node = id_, .hold = hold_});
  context_.faults.reached(id_, "lost");
}

OpId Process::invoke(Action action, OpId hold, std::int64_t value, std::int64_t fence) {
  op_ = OpId(context_.next_op++);
  if (context_.kernel.is_observing()) context_.kernel.names().add_operation({id_, operations_++});
  hold_ = action == Action::acquire ? op_ : hold;
  action_ = action;
  if (action == Action::acquire) valid_until_ = kNoDeadline;
  context_.kernel.recorder().add({.at = context_.kernel.now(),
                                  .kind = EventKind::invoke,
                                  .action = action,
                                  .node = id_,
                                  .op = op_,
                                  .hold = hold_,
                                  .value = value,
                                  .fence = fence});
  return op_;
}

void Process::complete(OpId op, Outcome outcome, std::int64_t value, std::int64_t fence) {
  context_.kernel.recorder().add({.at = context_.kernel.now(),
                                  .kind = EventKind::complete,
                                  .action = action_,
                                  .outcome = outcome,
                                  .node = id_,
                                  .op = op,
                                  .hold = hold_,
                                  .value = value,
                                  .fence = fence});
}

void Process::deadline(OpId /*hold*/, LocalTime valid_until) {
  valid_until_ = valid_until;
  if (valid_until_ != kNoDeadline) record_deadline();
}

void Process::record_deadline() {
  const TrueTime passes = node().monotonic.when(valid_until_, context_.kernel.now());
  context_.kernel.recorder().add({.at = context_.kernel.now(),
                                  .kind = EventKind::deadline,
                                  .node = id_,
                                  .hold = hold_,
                                  .value = nanoseconds(passes)});
}

void Process::on_clock_change() {
  if (valid_until_ != kNoDeadline) record_deadline();
}

Call<ResourceReply> Process::perform(Action action, std::int64_t value, std::int64_t fence) {
  return Call<ResourceReply>([&](Completion<ResourceReply>& completion) {
    context_.resource.start(caller(), {action, value, fence}, completion);
  });
}

Duration Process::draw_think() {
  return draw_duration(context_.kernel.choices(), thinks_, spec_.think);
}

Duration Process::draw_hold() {
  return draw_duration(context_.kernel.choices(), holds_, spec_.hold);
}

void Process::woken() {
  if (action_ != Action::acquire) return;
  context_.kernel.recorder().add(
      {.at = context_.kernel.now(), .kind = EventKind::woken, .node = id_, .op = op_});
}

// A process that crashes runs on to its next wait, which never ends: it may start again before that would be over.
void Process::resume_after(Duration duration, std::coroutine_handle<> waiter) {
  if (!node().is_up) return;
  Kernel::Payload payload;
  payload.kind = 1;
  payload.flags = Kernel::on_monotonic;
  payload.word = reinterpret_cast<std::uintptr_t>(waiter.address());
  const TrueTime at = context_.kernel.after_monotonic(node(), duration);
  context_.kernel.push(at, *this, id_, payload);
}

bool Process::reached(std::string_view label) {
  if (!context_.faults.watches(id_)) return false;
  context_.faults.reached(id_, label);
  return node().is_paused() || !node().is_up;
}

// Comes due at once, and so waits with everything else that the paused process has in store.
void Process::resume_with_process(std::coroutine_handle<> waiter) {
  if (!node().is_up) return;
  Kernel::Payload payload;
  payload.kind = 1;
  payload.word = reinterpret_cast<std::uintptr_t>(waiter.address());
  context_.kernel.push(context_.kernel.now(), *this, id_, payload);
}

void Process::fire(const Kernel::Payload& payload) {
  context_.kernel.trampoline().enqueue(
      std::coroutine_handle<>::from_address(reinterpret_cast<void*>(payload.word)));
}

}  // namespace picklock
