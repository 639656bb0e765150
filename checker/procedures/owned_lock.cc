#include "checker/procedures/owned_lock.h"

#include <algorithm>
#include <utility>

namespace picklock {
namespace {

bool has_fences(SpecificationKind kind) {
  return kind == SpecificationKind::fenced || kind == SpecificationKind::reentrant_fenced;
}

}  // namespace

OwnedLockSweep::OwnedLockSweep(const Specification& specification)
    : strict_(specification.refusals == Refusals::strict),
      fenced_(has_fences(specification.kind)),
      limit_(is_reentrant(specification.kind) ? specification.limit : 1) {}

bool OwnedLockSweep::push(const Operation& operation, std::uint32_t place) {
  if (decided_) return false;
  if (operation.outcome == Outcome::refused && !strict_) return true;
  pass_until(operation.invoked);
  if (decided_) return false;
  if (operation.owner >= owners_.size()) owners_.resize(operation.owner + 1);
  const bool has_fence = fenced_ && operation.verb == Verb::acquire &&
                         operation.outcome == Outcome::ok && operation.result.is_integer();
  const Call call{.invoked = operation.invoked,
                  .returned = operation.returned,
                  .fence = has_fence ? operation.result.as_integer() : 0,
                  .place = place,
                  .process = operation.process,
                  .owner = operation.owner,
                  .has_fence = has_fence,
                  .acquires = operation.verb == Verb::acquire,
                  .outcome = operation.outcome};
  const Owner& owner = owners_[operation.owner];
  if (!owner.is_busy) {
    start(operation.owner, call);
  } else if (owner.call.returned == call.invoked && owner.call.process == call.process) {
    queue_.push_back({.call = call, .owner = operation.owner});
  } else {
    decline();
  }
  return !decided_;
}

const Decision& OwnedLockSweep::finish() {
  pass_until(kNever);
  decided_ = true;
  return decision_;
}

void OwnedLockSweep::start(std::uint32_t index, const Call& call) {
  Owner& owner = owners_[index];
  owner.call = call;
  owner.is_busy = true;
  owner.call.was_held = owner.depth > 0;
  if (call.returned != kNever) {
    returns_.push({.at = call.returned, .place = call.place, .owner = index});
  }
  if (!call.acquires && owner.depth == 0) stray_until_ = std::max(stray_until_, call.returned);
  if (call.acquires && owner.depth == 0) {
    ++pending_;
    if (explains_waiting(owner.call)) ++supporters_;
  }
  if (!call.acquires && owner.depth == 1) {
    active_ = kNoIndex;
    last_end_ = kNever;
    release_returns_ = call.returned;
  }
}

void OwnedLockSweep::pass_until(TrueTime instant) {
  while (!decided_ && !returns_.empty() && returns_.top().at < instant) {
    pass_instant(returns_.top().at);
  }
}

// Everything invoked at this instant is in flight or queued.
void OwnedLockSweep::pass_instant(TrueTime at) {
  while (!decided_ && !returns_.empty() && returns_.top().at == at) {
    const std::uint32_t owner = returns_.top().owner;
    returns_.pop();
    complete(owner);
    if (queue_.empty()) continue;
    const auto next = std::ranges::find(queue_, owner, &Queued::owner);
    if (next == queue_.end()) continue;
    const Call call = next->call;
    queue_.erase(next);
    start(owner, call);
    if (call.returned != at && is_queued(owner)) return decline();
  }
  if (!decided_) settle_refusals(at);
}

void OwnedLockSweep::complete(std::uint32_t index) {
  Owner& owner = owners_[index];
  const Call call = owner.call;
  owner.is_busy = false;
  if (call.acquires && !call.was_held) {
    --pending_;
    if (explains_waiting(call)) --supporters_;
  }
  if (!call.acquires) {
    complete_release(index, call);
  } else if (call.outcome == Outcome::refused) {
    refuse_acquire(index, call);
  } else {
    complete_acquire(index, call);
  }
}

void OwnedLockSweep::complete_acquire(std::uint32_t index, const Call& call) {
  Owner& owner = owners_[index];
  if (owner.depth == 0) {
    begin_core(index, call);
    return;
  }
  if (limit_ != 0 && owner.depth >= limit_) {
    violate(CertificateKind::misuse, {owner.last_acquired, call.place}, call.returned);
    return;
  }
  ++owner.depth;
  owner.last_acquired = call.place;
  check_fence(owner, call, false);
}

// Holds of no length may stand in any order before the one that begins with them and lasts. Where that
// could matter, the sweep declines: a hold has no length when its release is queued at this instant.
void OwnedLockSweep::begin_core(std::uint32_t index, const Call& call) {
  const TrueTime at = call.returned;
  Owner& owner = owners_[index];
  const bool is_tied = last_ != kNoIndex && last_began_ == at;
  if (active_ != kNoIndex) {
    if (is_queued(active_) || (is_tied && is_queued(index))) return decline();
    const std::uint32_t holder = owners_[active_].acquired;
    violate(CertificateKind::overlap, {holder, call.place}, at);
    return;
  }
  if (is_tied && (strict_ || fenced_)) return decline();
  // Refused, and granted at once: its own grant explains nothing.
  const bool was_refused = std::ranges::count(refused_now_, index, &Call::owner) > 0;
  if (was_refused && call.invoked == at) return decline();
  if (waiting_ != kNoIndex) {
    if (!explains_waiting(call)) {
      const auto releases = [](const Queued& queued) { return !queued.call.acquires; };
      if (std::ranges::any_of(queue_, releases)) return decline();
      too_late_ =
          call.place;  // unless the last that could explain it is refused at this instant too
    } else {
      waiting_ = kNoIndex;
    }
  }
  owner.depth = 1;
  owner.acquired = owner.last_acquired = call.place;
  owner.has_fence = false;
  if (release_returns_ >= earlier_end_) {
    const bool is_shared = release_returns_ == earlier_end_ && earlier_owner_ != last_;
    earlier_end_ = release_returns_;
    earlier_owner_ = is_shared ? kNoIndex : last_;
  }
  active_ = last_ = index;
  last_began_ = at;
  check_fence(owner, call, true);
}

// The owner calls again at the instant that is being passed.
bool OwnedLockSweep::is_queued(std::uint32_t index) const {
  return std::ranges::find(queue_, index, &Queued::owner) != queue_.end();
}

void OwnedLockSweep::check_fence(Owner& owner, const Call& call, bool begins) {
  if (!call.has_fence) return;
  if (!begins && owner.has_fence) {
    if (call.fence == owner.fence) return;
    violate(CertificateKind::misuse, {highest_place_, call.place}, call.returned);
    return;
  }
  if (highest_place_ != kNoIndex && call.fence <= highest_) {
    violate(CertificateKind::fence_inversion, {highest_place_, call.place}, call.returned);
    return;
  }
  owner.has_fence = true;
  owner.fence = highest_ = call.fence;
  highest_place_ = call.place;
}

void OwnedLockSweep::complete_release(std::uint32_t index, const Call& call) {
  Owner& owner = owners_[index];
  const bool succeeded = call.outcome == Outcome::ok;
  if (succeeded != (owner.depth > 0)) {
    const std::uint32_t before = succeeded ? owner.released : owner.last_acquired;
    std::vector<std::uint32_t> involved{call.place};
    if (before != kNoIndex) involved.push_back(before);
    violate(CertificateKind::misuse, std::move(involved), call.returned);
    return;
  }
  if (!succeeded) return;
  owner.released = call.place;
  if (--owner.depth > 0) return;
  if (last_ == index) {
    last_end_ = call.returned;
    last_release_ = call.place;
  }
}

void OwnedLockSweep::refuse_acquire(std::uint32_t index, const Call& call) {
  const Owner& owner = owners_[index];
  if (owner.depth == 0) {
    refused_now_.push_back(call);
  } else if (limit_ == 0 || owner.depth < limit_) {
    violate(CertificateKind::misuse, {owner.last_acquired, call.place}, call.returned);
  }
}

// Every hold that can reach into this instant is known now.
void OwnedLockSweep::settle_refusals(TrueTime at) {
  for (const Call& refusal : refused_now_) {
    const bool was_held =
        active_ != kNoIndex || (last_ != kNoIndex && last_end_ >= refusal.invoked);
    // Its own owner's hold had ended, although they touch.
    const bool is_its_own =
        active_ == kNoIndex && last_ == refusal.owner && last_end_ == refusal.invoked;
    if (was_held && is_its_own && last_began_ == refusal.invoked) return decline();
    if (was_held && !is_its_own) continue;
    if (waiting_ != kNoIndex && waiting_until_ < at)
      continue;  // what explains that one explains it
    if (waiting_ == kNoIndex) waiting_owners_.clear();
    waiting_ = refusal.place;
    waiting_until_ = at;
    waiting_since_ = refusal.invoked;
    waiting_owners_.push_back(refusal.owner);
  }
  if (waiting_ != kNoIndex && waiting_until_ == at) {
    supporters_ = pending_;
    for (const std::uint32_t owner : waiting_owners_) {
      const Call& call = owners_[owner].call;
      const bool tries_again = owners_[owner].is_busy && call.acquires && !call.was_held;
      if (!tries_again) continue;
      if (waiting_owners_.size() > 1) return decline();
      --supporters_;  // it tries again at this very instant
    }
  }
  refused_now_.clear();
  if (waiting_ == kNoIndex || (supporters_ > 0 && too_late_ == kNoIndex)) return;
  violate_refusal(at, supporters_ > 0 ? too_late_ : kNoIndex);
}

// Whether a hold that begins with this acquire can explain every refusal that waits. An owner's own next
// acquire follows its refusal, although they touch.
bool OwnedLockSweep::explains_waiting(const Call& call) const {
  if (waiting_ == kNoIndex) return false;
  if (call.invoked != waiting_until_) return call.invoked < waiting_until_;
  return std::ranges::find(waiting_owners_, call.owner) == waiting_owners_.end();
}

void OwnedLockSweep::violate_refusal(TrueTime at, std::uint32_t next) {
  std::vector<std::uint32_t> involved{waiting_};
  if (next != kNoIndex) involved.push_back(next);
  if (last_release_ != kNoIndex) involved.push_back(last_release_);
  violate(CertificateKind::refusal, involved, at);
  if (next == kNoIndex || last_release_ == kNoIndex) return;
  // A refusal of no length may touch another one of its owner, which then says more of it.
  decision_.is_minimal = stray_until_ <= at && waiting_since_ != waiting_until_;
  // The last hold matters where another might have lasted, had that not come between.
  const bool is_its_own = earlier_end_ == waiting_since_ && waiting_owners_.size() == 1 &&
                          earlier_owner_ == waiting_owners_.front();
  if ((earlier_end_ >= waiting_since_ && !is_its_own) || !decision_.is_minimal) return;
  involved.pop_back();
  std::ranges::sort(involved);
  decision_.sub_history = std::move(involved);
}

void OwnedLockSweep::violate(CertificateKind kind, std::vector<std::uint32_t> involved,
                             TrueTime at) {
  std::ranges::sort(involved);
  decided_ = true;
  decision_ = {.kind = Decision::Kind::violated, .violated_at = at};
  decision_.certificate = {.kind = kind, .operations = involved};
  decision_.sub_history = std::move(involved);
}

void OwnedLockSweep::decline() {
  decided_ = true;
  decision_ = declined();
}

}  // namespace picklock
