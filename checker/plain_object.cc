#include "checker/plain_object.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/wide.h"

namespace picklock {
namespace {

using enum SpecificationKind;

std::uint64_t permits_of(const Operation& operation) {
  return operation.argument.is_integer() ? static_cast<std::uint64_t>(std::max<std::int64_t>(
                                               0, operation.argument.as_integer()))
                                         : 1;
}

}  // namespace

PlainObject::PlainObject(const ValueTable& values, const Specification& specification)
    : values_(&values),
      specification_(&specification),
      shortest_lease_(shortest_lease(specification)),
      initial_(specification.initial) {
  std::from_chars(initial_.data(), initial_.data() + initial_.size(), sum_);
  const bool is_quoted = initial_.size() >= 2 && initial_.front() == '"';
  if (specification.kind == kv && is_quoted) initial_ = initial_.substr(1, initial_.size() - 2);
}

std::strong_ordering operator<=>(const PlainObject& a, const PlainObject& b) {
  const auto state = [](const PlainObject& o) {
    return std::tie(o.now_, o.held_, o.is_written_, o.lease_, o.fence_, o.highest_, o.data_,
                    o.sum_);
  };
  const auto left = state(a);
  const auto right = state(b);
  if (left < right) return std::strong_ordering::less;
  return left == right ? std::strong_ordering::equal : std::strong_ordering::greater;
}

bool PlainObject::apply(const Operation& operation, Demand demand) {
  now_ = std::max(now_, operation.invoked);
  if (demand == Demand::recorded && operation.outcome == Outcome::refused) {
    // A lease that may end need not have ended yet.
    const bool tries = specification_->kind == lease && operation.verb == Verb::acquire;
    if (tries) return !held_.empty() && now_ <= operation.returned;
    PlainObject without = *this;
    if (without.succeeds(operation, false)) {
      // The owner's renewal or release may have come after the end of its lease.
      if (specification_->kind != lease) return false;
      end_lease();
    }
  } else if (!succeeds(operation, demand == Demand::recorded)) {
    return false;
  }
  return now_ <= operation.returned;
}

void PlainObject::forget(const std::set<std::string>& wanted) {
  if (shortest_lease_ == Duration::zero()) now_ = lease_ = TrueTime::min();
  const SpecificationKind kind = specification_->kind;
  const auto held = data_.find("");
  const bool is_register = kind == plain_register || kind == cas_register;
  if ((kind != kv && !is_register) || held == data_.end()) return;
  const auto next = wanted.lower_bound(held->second);
  if (next != wanted.end() &&
      (is_register ? *next == held->second : next->starts_with(held->second)))
    return;
  held->second = wanted.empty() ? "?" : *wanted.rbegin() + "?";  // not wanted either
}

bool PlainObject::succeeds(const Operation& operation, bool demands_result) {
  switch (operation.verb) {
    case Verb::acquire:
      return acquire(operation, demands_result);
    case Verb::release:
      return release(operation);
    case Verb::renew:
      if (!held_.contains(operation.owner)) return false;
      lease_ = later(now_, shortest_lease_);
      return true;
    default:
      return access_data(operation, demands_result);
  }
}

bool PlainObject::acquire(const Operation& operation, bool demands_result) {
  const SpecificationKind kind = specification_->kind;
  std::uint64_t total = 0;
  for (const auto& [owner, permits] : held_) total += permits;
  const std::uint32_t owner = kind == mutex ? 0 : operation.owner;
  const bool is_mine = held_.contains(owner);
  if (kind == semaphore) {
    if (total + permits_of(operation) > specification_->permits) return false;
    held_[owner] += permits_of(operation);
    return true;
  }
  const bool shared = kind == rw_lock && operation.mode == Mode::shared;
  if (is_reentrant(kind) && is_mine) {
    if (specification_->limit != 0 && held_[owner] >= specification_->limit) return false;
  } else if (shared) {
    if (is_written_ || is_mine) return false;
  } else if (total > 0) {
    if (kind != lease) return false;
    end_lease();
  }
  ++held_[owner];
  is_written_ = kind == rw_lock && !shared;
  lease_ = later(now_, shortest_lease_);
  const bool is_fenced = kind == fenced || kind == reentrant_fenced;
  if (!is_fenced || !demands_result || !operation.result.is_integer()) return true;
  const std::int64_t fence = operation.result.as_integer();
  if (is_mine && fence_.contains(owner)) return fence == fence_[owner];
  if (!highest_.empty() && fence <= highest_[0]) return false;
  fence_[owner] = highest_[0] = fence;
  return true;
}

bool PlainObject::release(const Operation& operation) {
  const SpecificationKind kind = specification_->kind;
  const auto found = held_.find(kind == mutex ? 0 : operation.owner);
  const std::uint64_t permits = kind == semaphore ? permits_of(operation) : 1;
  if (found == held_.end() || found->second < permits) return false;
  found->second -= permits;
  if (found->second > 0) return true;
  fence_.erase(found->first);
  held_.erase(found);
  is_written_ = false;
  return true;
}

// The operation waits for the end of the hold, if it has to.
void PlainObject::end_lease() {
  now_ = std::max(now_, lease_);
  held_.clear();
}

bool PlainObject::access_data(const Operation& operation, bool demands_result) {
  if (specification_->kind == fenced_resource) {
    if (!operation.argument.is_integer()) return true;
    const std::int64_t token = operation.argument.as_integer();
    if (!highest_.empty() && token < highest_[0]) return false;
    highest_[0] = token;
    return true;
  }
  const std::string argument = text(operation.argument);
  const auto held = data_.find("");
  const std::string now = held == data_.end() ? initial_ : held->second;
  switch (operation.verb) {
    case Verb::write:
      data_[""] = argument;
      return true;
    case Verb::append:
      data_[""] = now + argument;
      return true;
    case Verb::compare_and_set: {
      const auto items = values_->items_of(operation.argument);
      if (text(items[0]) != now) return false;
      data_[""] = text(items[1]);
      return true;
    }
    case Verb::add:
      if (specification_->kind == set) data_["member " + argument] = {};
      sum_ += operation.argument.is_integer() ? operation.argument.as_integer() : 1;
      return true;
    case Verb::remove:
      data_.erase("member " + argument);
      return true;
    case Verb::read:
      if (!demands_result) return true;
      if (specification_->kind == counter) return operation.result == Value::integer(sum_);
      if (specification_->kind != set) return text(operation.result) == now;
      break;
    default:
      return transact(operation, demands_result);
  }
  std::map<std::string, std::string> read;
  if (operation.result.is_list()) {
    for (const Value item : values_->items_of(operation.result)) {
      read["member " + text(item)] = {};
    }
  }
  return read == data_;
}

bool PlainObject::transact(const Operation& operation, bool demands_result) {
  const bool is_told = demands_result && operation.result.is_list();
  const Value list = is_told ? operation.result : operation.argument;
  for (const Value item : values_->items_of(list)) {
    const auto part = values_->items_of(item);
    const std::string key = text(part[1]);
    if (values_->text_of(part[0]).starts_with('w')) {
      data_[key] = text(part[2]);
    } else if (demands_result) {
      const auto found = data_.find(key);
      const std::string& now = found == data_.end() ? initial_ : found->second;
      if (text(part[2]) != now) return false;
    }
  }
  return true;
}

std::string PlainObject::text(Value value) const {
  const bool is_raw = specification_->kind == kv && value.is_text();
  return is_raw ? std::string(values_->text_of(value)) : values_->show(value);
}

}  // namespace picklock
