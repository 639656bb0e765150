#include "sim/servers/redis_script_paths.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace picklock {
namespace {

// A number of Lua says as much of an integer as a double does.
constexpr std::int64_t kExact = std::int64_t{1} << 53;

// The one value that a script makes itself: what `true` turns into.
constexpr std::string_view kTrue = "1";

}  // namespace

RedisScriptPaths::RedisScriptPaths(std::vector<std::string> literals)
    : literals_(std::move(literals)) {
  literals_.emplace_back(kTrue);
  std::ranges::sort(literals_);
  // Not std::ranges::unique: Clang 14 cannot compile the subrange of this standard library.
  literals_.erase(std::unique(literals_.begin(), literals_.end()), literals_.end());
  if (has_room_for(0)) std::ranges::copy(literals_, values_.begin());
}

// Two values of which one is a number and one its digits count as equal: that tells more apart than the script can.
RedisScriptPaths::Value RedisScriptPaths::place_of(std::string_view text) const {
  std::size_t place = 0;
  while (place < count_ && !(values_[place].size() == text.size() &&
                             std::memcmp(values_[place].data(), text.data(), text.size()) == 0))
    ++place;
  return static_cast<Value>(place);
}

std::uint32_t RedisScriptPaths::add_step() {
  if (steps_.size() == kMostSteps) return kLost;
  steps_.emplace_back();
  return static_cast<std::uint32_t>(steps_.size() - 1);
}

void RedisScriptPaths::begin(const RedisCommand& words, std::size_t first, std::size_t keys) {
  answered_ = repeated_ = 0;
  step_ = kLost;
  const std::size_t count = words.size() - first;
  if (!has_room_for(count)) return;
  count_ = literals_.size();
  Words equal{static_cast<Value>(keys), static_cast<Value>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view word = words[first + i];
    equal[i + 2] = place_of(word);
    values_[count_++] = word;
  }
  const auto known = std::ranges::find(starts_, equal, &Start::first);
  if (known != starts_.end()) {
    step_ = known->second;
  } else if ((step_ = add_step()) != kLost) {
    starts_.emplace_back(equal, step_);
  }
}

bool RedisScriptPaths::follow(const RedisCommand& words, std::size_t first, std::size_t keys,
                              bool read_only, RedisScriptHost& host, RedisReply& reply) {
  host_ = &host;
  begin(words, first, keys);
  while (step_ != kLost && steps_[step_].what == What::call) {
    command_.clear();
    for (const Value word : steps_[step_].values) command_.add(values_[word]);
    execute(command_, read_only);
  }
  if (step_ == kLost || steps_[step_].what != What::end) return false;
  give(steps_[step_], reply);
  return true;
}

void RedisScriptPaths::call_from_script(const RedisCommand& command, bool read_only,
                                        RedisReply& reply) {
  if (repeated_ < answered_) {
    reply = answers_[repeated_++];
    return;
  }
  if (answered_ == kMostCalls) step_ = kLost;
  if (step_ == kLost) return host_->call_from_script(command, read_only, reply);
  std::vector<Value> words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    words.push_back(place_of(command[i]));
    if (words.back() == count_) step_ = kLost;
  }
  if (step_ == kLost) return host_->call_from_script(command, read_only, reply);
  steps_[step_].what = What::call;
  steps_[step_].values = std::move(words);
  execute(command, read_only);
  reply = answers_[repeated_++];
}

void RedisScriptPaths::execute(const RedisCommand& command, bool read_only) {
  RedisReply& answer = answers_[answered_];
  host_->call_from_script(command, read_only, answer);
  go_on(answer);
  ++answered_;
}

// To the step that comes after this answer.
void RedisScriptPaths::go_on(const RedisReply& answer) {
  using enum RedisReply::Kind;
  const bool is_table = answer.kind() == error || answer.kind() == array;
  const bool is_exact = answer.integer() > -kExact && answer.integer() < kExact;
  if (is_table || answer.is_unknown() || !is_exact || answered_ + 1 == kMostCalls) {
    step_ = kLost;
    return;
  }
  Answer label{.kind = answer.kind()};
  if (!answer.is_nil()) {
    const std::string_view text = text_of(answer);
    label.equal = place_of(text);
    values_[count_++] = text;
  }
  std::vector<Turn>& then = steps_[step_].then;
  const auto known = std::ranges::find(then, label, &Turn::first);
  if (known != then.end()) {
    step_ = known->second;
    return;
  }
  const std::uint32_t from = step_;
  step_ = add_step();
  if (step_ != kLost) steps_[from].then.emplace_back(label, step_);
}

std::string_view RedisScriptPaths::text_of(const RedisReply& answer) {
  if (answer.kind() != RedisReply::Kind::integer) return answer.text();
  std::array<char, 20>& digits = digits_[answered_];
  const char* const end = std::to_chars(digits.begin(), digits.end(), answer.integer()).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

void RedisScriptPaths::returned(const RedisReply& reply) {
  using enum RedisReply::Kind;
  if (step_ == kLost || steps_[step_].what != What::unknown) return;
  if (reply.kind() == error || reply.kind() == array) return;
  Step end{.what = What::end, .kind = reply.kind(), .values = {}, .then = {}};
  if (!reply.is_nil()) {
    end.values.push_back(place_of(text_of(reply)));
    if (end.values.back() == count_) return;
  }
  steps_[step_] = std::move(end);
}

void RedisScriptPaths::give(const Step& end, RedisReply& reply) const {
  if (end.values.empty()) return reply.set_nil();
  const std::string_view text = values_[end.values.front()];
  switch (end.kind) {
    case RedisReply::Kind::integer: {
      std::int64_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return reply.set_integer(number);
    }
    case RedisReply::Kind::status:
      return reply.set_status(text);
    default:
      return reply.set_bulk(text);
  }
}

}  // namespace picklock
