// Data, for the search: register, cas-register, kv, counter, set, multi-register and the fenced resource.
//
// Every state is one machine word: a value's handle, a sum or a token where that is all there is, and
// the number of an interned text for kv, set and multi-register.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "checker/specifications/interner.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/specification.h"

namespace picklock {

class DataObject {
 public:
  struct State {
    std::uint64_t word = 0;
    friend bool operator==(const State&, const State&) = default;
    friend std::uint64_t hash_of(const State& state) { return mix(state.word); }
  };

  // `calls` are parallel to the calls of the search; they and `values` must outlive it.
  DataObject(const Specification& specification, std::span<const ObjectCall> calls,
             const ValueTable& values);

  // What is recorded of the calls has changed; there are no more reads than in the states known so far.
  void look_again();

  State initial() const { return initial_; }
  bool step(State& state, std::uint32_t index, TrueTime now) const;
  bool is_pure(std::uint32_t index) const { return meanings_[index].kind >= Kind::see; }
  bool can_wait(std::uint32_t, TrueTime) const { return false; }
  bool is_over(const State&, std::uint32_t index, TrueTime now) const {
    return calls_[index].wanted_until < now;
  }
  // A value that no call yet to return wants can only be overwritten, and all such are one state.
  void settle(State& state, TrueTime now) const {
    if (kind_ != SpecificationKind::plain_register && kind_ != SpecificationKind::cas_register) {
      return;
    }
    const auto wanted = wanted_until_.find(state.word);
    if (wanted == wanted_until_.end() || wanted->second < now) state.word = kLost;
  }
  std::size_t bytes() const { return states_.bytes(); }

 private:
  enum class Kind : std::uint8_t {
    put,           // the word becomes `to`
    exchange,      // from `from` to `to`
    gain,          // the word grows by `to`, as a number
    append,        // the interned text grows by the text of `to`
    enter,         // the member `to` joins
    leave,         // the member `to` goes
    transact,      // micro-operations
    accept,        // a token that is not below the highest
    see,           // the word is `to`
    see_other,     // the word is not `to`
    see_greater,   // a larger token was accepted
    see_anything,  // nothing is demanded
    never,         // no state allows it
  };
  struct Meaning {
    Kind kind = Kind::see_anything;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  Meaning meaning_of(const ObjectCall& call);
  Meaning sight_of(const ObjectCall& call);
  Meaning meaning_with_token(const ObjectCall& call) const;
  std::uint64_t word_of(Value value) const;
  void prepare_reads();
  void prepare_values();
  bool settle_text(State& state, TrueTime now) const;
  bool toggle(State& state, std::uint64_t member, bool enters) const;
  bool transact(State& state, const ObjectCall& call) const;
  std::string_view text_of(Value value) const;

  static constexpr std::uint64_t kLost = ~std::uint64_t{1};  // no value's handle, no text's number

  SpecificationKind kind_;
  std::span<const ObjectCall> calls_;
  const ValueTable& values_;
  mutable Interner states_;
  State initial_;
  std::uint64_t unset_ = 0;  // multi-register: what a register holds before the first write
  std::vector<Meaning> meanings_;

  // Registers: when the last call that wants the value returns. Only looked up, never walked.
  std::unordered_map<std::uint64_t, TrueTime> wanted_until_;  // see above

  // kv: a text that no read still to come begins with can only be overwritten, and all such are one state.
  struct Read {
    std::string_view text;
    TrueTime returned{};
  };
  std::vector<Read> reads_;                   // in the order of their texts
  TrueTime last_write_ = TrueTime::min();     // returned
  TrueTime last_read_ = TrueTime::min();      // invoked
  mutable std::vector<TrueTime> read_until_;  // by text: the last read that begins with it returned
};

}  // namespace picklock
