// A register: reads return the last value written. The protected resource of every workload is one.
#pragma once

#include <cstdint>
#include <span>

#include "base/hash.h"
#include "checker/linearizability.h"

namespace picklock {

struct RegisterCall {
  bool writes = false;
  std::int64_t value = 0;   // written or read
  TrueTime wanted_until{};  // the return of the last read of a written value
};

class RegisterSpecification {
 public:
  struct State {
    std::int64_t value = 0;
    friend bool operator==(const State&, const State&) = default;
    friend std::uint64_t hash_of(const State& state) {
      return mix(static_cast<std::uint64_t>(state.value));
    }
  };

  // `calls` are parallel to the calls of the search and must outlive it.
  RegisterSpecification(std::int64_t initial, std::span<const RegisterCall> calls)
      : initial_(initial), calls_(calls) {}

  State initial() const { return {.value = initial_}; }
  bool step(State& state, std::uint32_t call, TrueTime) const {
    if (!calls_[call].writes) return state.value == calls_[call].value;
    state.value = calls_[call].value;
    return true;
  }
  bool is_pure(std::uint32_t call) const { return !calls_[call].writes; }
  bool can_wait(std::uint32_t, TrueTime) const { return false; }
  // A write that nobody has read, and nobody will read, may as well never happen.
  bool is_over(const State&, std::uint32_t call, TrueTime now) const {
    return calls_[call].wanted_until < now;  // returns of this very instant are still to come
  }

 private:
  std::int64_t initial_;
  std::span<const RegisterCall> calls_;
};

}  // namespace picklock
