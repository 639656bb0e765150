#include "checker/specifications/data_object.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

namespace picklock {
namespace {

using enum SpecificationKind;

// Sorted 64-bit words, as the bytes of an interned state.
std::vector<std::uint64_t> words_of(std::string_view bytes) {
  std::vector<std::uint64_t> words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), words.size() * 8);
  return words;
}
std::string bytes_of(std::span<const std::uint64_t> words) {
  std::string bytes(words.size() * 8, '\0');
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

std::optional<std::int64_t> as_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

// The handle that `values` has for what `shown` shows; one that no value has, if it never occurred.
std::uint64_t handle_of(std::string_view shown, const ValueTable& values) {
  if (shown == "nil") return Value().bits();
  if (shown == "true" || shown == "false") return Value::boolean(shown == "true").bits();
  const auto number = as_number(shown);
  if (number && Value::fits(*number)) return Value::integer(*number).bits();
  const std::string_view text = is_quoted(shown) ? shown.substr(1, shown.size() - 2) : shown;
  const auto known = values.find_text(text);
  return known ? known->bits() : ~std::uint64_t{0};
}

}  // namespace

DataObject::DataObject(const Specification& specification, std::span<const ObjectCall> calls,
                       const ValueTable& values)
    : kind_(specification.kind), calls_(calls), values_(values) {
  std::string_view initial = specification.initial;
  if (kind_ == plain_register || kind_ == cas_register) {
    initial_.word = handle_of(initial, values);
  } else if (kind_ == counter) {
    initial_.word = static_cast<std::uint64_t>(as_number(initial).value_or(0));
  } else if (kind_ == kv) {
    if (is_quoted(initial)) initial = initial.substr(1, initial.size() - 2);
    initial_.word = states_.number_of(initial);
  } else if (kind_ == fenced_resource) {
    initial_.word = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min());
  } else {
    unset_ = handle_of(initial, values);
    initial_.word = states_.number_of("");
  }
  for (const ObjectCall& call : calls) meanings_.push_back(meaning_of(call));
  look_again();
}

void DataObject::look_again() {
  if (kind_ == kv) prepare_reads();
  if (kind_ == plain_register || kind_ == cas_register) prepare_values();
}

void DataObject::prepare_values() {
  wanted_until_.clear();
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const auto& [kind, from, to] = meanings_[i];
    const bool looks = kind == Kind::see || kind == Kind::see_other;
    if (kind != Kind::exchange && !(looks && calls_[i].is_recorded)) continue;
    TrueTime& until = wanted_until_.try_emplace(looks ? to : from, TrueTime::min()).first->second;
    until = std::max(until, calls_[i].operation->returned);
  }
}

void DataObject::prepare_reads() {
  reads_.clear();
  read_until_.clear();
  last_read_ = TrueTime::min();
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const Operation& operation = *calls_[i].operation;
    if (operation.verb == Verb::write) last_write_ = std::max(last_write_, operation.returned);
    if (meanings_[i].kind != Kind::see || !calls_[i].is_recorded) continue;
    last_read_ = std::max(last_read_, operation.invoked);
    reads_.push_back({.text = states_.bytes_of(meanings_[i].to), .returned = operation.returned});
  }
  std::ranges::sort(reads_, {}, &Read::text);
}

// False when nothing can overwrite a lost text before it is read.
bool DataObject::settle_text(State& state, TrueTime now) const {
  if (state.word >= read_until_.size()) read_until_.resize(state.word + 1, kNever);
  TrueTime& until = read_until_[state.word];
  if (until == kNever) {
    const std::string_view text = states_.bytes_of(state.word);
    until = TrueTime::min();
    auto read = std::ranges::lower_bound(reads_, text, {}, &Read::text);
    for (; read != reads_.end() && read->text.starts_with(text); ++read) {
      until = std::max(until, read->returned);
    }
  }
  if (until >= now) return true;
  state.word = kLost;
  return last_write_ >= now || last_read_ <= now;
}

std::uint64_t DataObject::word_of(Value value) const {
  return kind_ == kv ? states_.number_of(text_of(value)) : value.bits();
}

std::string_view DataObject::text_of(Value value) const {
  if (value.is_text()) return values_.text_of(value);
  return states_.bytes_of(states_.number_of(values_.show(value)));
}

DataObject::Meaning DataObject::meaning_of(const ObjectCall& call) {
  const Operation& operation = *call.operation;
  if (kind_ == fenced_resource) return meaning_with_token(call);
  const bool is_refused = call.is_recorded && operation.outcome == Outcome::refused;
  switch (operation.verb) {
    case Verb::write:
      return {.kind = Kind::put, .to = word_of(operation.argument)};
    case Verb::append:
      return {.kind = Kind::append, .to = word_of(operation.argument)};
    case Verb::compare_and_set: {
      const auto items = values_.items_of(operation.argument);
      if (is_refused) return {.kind = Kind::see_other, .to = word_of(items[0])};
      return {.kind = Kind::exchange, .from = word_of(items[0]), .to = word_of(items[1])};
    }
    case Verb::add:
      if (kind_ == set) return {.kind = Kind::enter, .to = operation.argument.bits()};
      return {.kind = Kind::gain,
              .to = operation.argument.is_integer()
                        ? static_cast<std::uint64_t>(operation.argument.as_integer())
                        : 1};
    case Verb::remove:
      return {.kind = Kind::leave, .to = operation.argument.bits()};
    case Verb::transaction:
      return {.kind = Kind::transact};
    default:
      return sight_of(call);
  }
}

DataObject::Meaning DataObject::sight_of(const ObjectCall& call) {
  if (!call.is_recorded) return {.kind = Kind::see_anything};
  const Value seen = call.operation->result;
  if (kind_ == counter) {
    if (!seen.is_integer()) return {.kind = Kind::never};
    return {.kind = Kind::see, .to = static_cast<std::uint64_t>(seen.as_integer())};
  }
  if (kind_ != set) return {.kind = Kind::see, .to = word_of(seen)};
  std::vector<std::uint64_t> members;
  if (seen.is_list()) {
    for (const Value member : values_.items_of(seen)) members.push_back(member.bits());
  }
  std::ranges::sort(members);
  members.erase(std::unique(members.begin(), members.end()), members.end());
  return {.kind = Kind::see, .to = states_.number_of(bytes_of(members))};
}

DataObject::Meaning DataObject::meaning_with_token(const ObjectCall& call) const {
  const Operation& operation = *call.operation;
  const bool is_refused = call.is_recorded && operation.outcome == Outcome::refused;
  if (!operation.argument.is_integer()) {
    // Without a token everything is accepted, and nothing is ever refused.
    return {.kind = is_refused ? Kind::never : Kind::see_anything};
  }
  return {.kind = is_refused ? Kind::see_greater : Kind::accept,
          .to = static_cast<std::uint64_t>(operation.argument.as_integer())};
}

bool DataObject::step(State& state, std::uint32_t index, TrueTime now) const {
  const Meaning& meaning = meanings_[index];
  const auto number = [](std::uint64_t word) { return static_cast<std::int64_t>(word); };
  switch (meaning.kind) {
    case Kind::put:
      state.word = meaning.to;
      return kind_ != kv || settle_text(state, now);
    case Kind::exchange:
      if (state.word != meaning.from) return false;
      state.word = meaning.to;
      return true;
    case Kind::gain:
      state.word += meaning.to;
      return true;
    case Kind::append: {
      if (state.word == kLost) return true;
      std::string text(states_.bytes_of(state.word));
      text += states_.bytes_of(meaning.to);
      state.word = states_.number_of(text);
      return settle_text(state, now);
    }
    case Kind::enter:
    case Kind::leave:
      return toggle(state, meaning.to, meaning.kind == Kind::enter);
    case Kind::transact:
      return transact(state, calls_[index]);
    case Kind::accept:
      if (number(meaning.to) < number(state.word)) return false;
      state.word = meaning.to;
      return true;
    case Kind::see:
      return state.word == meaning.to;
    case Kind::see_other:
      return state.word != meaning.to;
    case Kind::see_greater:
      return number(state.word) > number(meaning.to);
    case Kind::see_anything:
      return true;
    case Kind::never:
      return false;
  }
  return false;
}

bool DataObject::toggle(State& state, std::uint64_t member, bool enters) const {
  std::vector<std::uint64_t> members = words_of(states_.bytes_of(state.word));
  const auto place = std::ranges::lower_bound(members, member);
  const bool is_there = place != members.end() && *place == member;
  if (is_there == enters) return true;
  if (enters) {
    members.insert(place, member);
  } else {
    members.erase(place);
  }
  state.word = states_.number_of(bytes_of(members));
  return true;
}

// The state is a list of (key, value) pairs in the order of their keys.
bool DataObject::transact(State& state, const ObjectCall& call) const {
  const Operation& operation = *call.operation;
  std::vector<std::uint64_t> pairs = words_of(states_.bytes_of(state.word));
  const bool is_told = call.is_recorded && operation.result.is_list();
  for (const Value part : values_.items_of(is_told ? operation.result : operation.argument)) {
    const auto items = values_.items_of(part);
    const std::uint64_t key = items[1].bits();
    std::size_t place = 0;
    while (place < pairs.size() && pairs[place] < key) place += 2;
    const bool is_there = place < pairs.size() && pairs[place] == key;
    if (values_.text_of(items[0]).starts_with('w')) {
      const auto at = pairs.begin() + static_cast<std::ptrdiff_t>(place);
      if (is_there) {
        pairs[place + 1] = items[2].bits();
      } else {
        pairs.insert(at, {key, items[2].bits()});
      }
    } else if (call.is_recorded && items[2].bits() != (is_there ? pairs[place + 1] : unset_)) {
      return false;
    }
  }
  state.word = states_.number_of(bytes_of(pairs));
  return true;
}

}  // namespace picklock
