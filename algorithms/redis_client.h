// The Redis protocol as a lock sees it: argument vectors and Lua text, exactly what goes over the wire.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/call.h"
#include "algorithms/environment.h"
#include "algorithms/token.h"
#include "base/time.h"

namespace picklock {

// One command: an argument vector of binary-safe strings, in one buffer that is reused. Where the first few
// end is noted in the object itself, so that a lock's command is copied with its text and little else.
class RedisCommand {
 public:
  void clear() {
    text_.clear();
    more_ends_.clear();
    size_ = 0;
  }
  void add(std::string_view argument) {
    text_.append(argument);
    const auto end = static_cast<std::uint32_t>(text_.size());
    ++size_;
    if (size_ <= kNear) {
      ends_[size_] = end;
    } else {
      add_far(end);
    }
  }
  void add(std::integral auto number) {
    std::array<char, 20> digits;  // of the longest 64-bit integer, with its sign
    const char* const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  void add(const Token& token) { add(token.text()); }
  // These words and no others.
  template <class... Args>
  void assign(const Args&... args) {
    clear();
    (add(args), ...);
  }

  std::size_t size() const { return size_; }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = end_of(i);
    return {text_.data() + begin, end_of(i + 1) - begin};
  }

 private:
  static constexpr std::size_t kNear = 8;
  [[gnu::noinline]] void add_far(std::uint32_t end) { more_ends_.push_back(end); }
  // Of the first `words`.
  std::size_t end_of(std::size_t words) const {
    return words <= kNear ? ends_[words] : more_ends_[words - kNear - 1];
  }

  std::string text_;
  std::array<std::uint32_t, kNear + 1> ends_{};
  std::vector<std::uint32_t> more_ends_;  // of the words behind those
  std::size_t size_ = 0;
};

// A reply, or the news that none came.
class RedisReply {
 public:
  enum class Kind : std::uint8_t { unknown, status, error, integer, bulk, nil, array };

  RedisReply() = default;  // unknown: timed out or disconnected; the command may still take effect

  // In place, so that a reply that is used again keeps its storage.
  void set_unknown() { set(Kind::unknown, {}); }
  void set_status(std::string_view text) { set(Kind::status, text); }
  void set_error(std::string_view text) { set(Kind::error, text); }
  void set_bulk(std::string_view text) { set(Kind::bulk, text); }
  void set_nil() { set(Kind::nil, {}); }
  void set_integer(std::int64_t value) {
    set(Kind::integer, {});
    integer_ = value;
  }
  // An empty array; add elements with add_element().
  void set_array() { set(Kind::array, {}); }
  RedisReply& add_element() { return elements_.emplace_back(); }

  Kind kind() const { return kind_; }
  bool is_unknown() const { return kind_ == Kind::unknown; }
  bool is_nil() const { return kind_ == Kind::nil; }
  bool is_error() const { return kind_ == Kind::error; }
  bool is_ok() const { return kind_ == Kind::status && text_ == "OK"; }
  bool is_integer(std::int64_t value) const { return kind_ == Kind::integer && integer_ == value; }
  bool is_text(std::string_view value) const { return kind_ == Kind::bulk && text_ == value; }

  std::int64_t integer() const { return integer_; }  // of an integer reply, else 0
  const std::string& text() const { return text_; }  // of a status, error or bulk reply
  const std::vector<RedisReply>& elements() const { return elements_; }  // of an array

  friend bool operator==(const RedisReply&, const RedisReply&) = default;

 private:
  void set(Kind kind, std::string_view text) {
    kind_ = kind;
    integer_ = 0;
    if (text.empty()) {
      text_.clear();
    } else {
      text_ = text;
    }
    if (!elements_.empty()) elements_.clear();
  }

  Kind kind_ = Kind::unknown;
  std::int64_t integer_ = 0;
  std::string text_;
  std::vector<RedisReply> elements_;
};

// A connection to one Redis server. A call is answered in time or completes as unknown after the call
// timeout that the scenario gave, measured on the process's own clock.
class RedisClient : public ServerClient {
 public:
  static constexpr std::string_view kProtocol = "redis";
  std::string_view protocol() const final { return kProtocol; }

  using PendingReply = Completion<RedisReply>;

  // `const RedisReply reply = co_await redis.command("SET", key, token, "NX", "PX", ms);`
  template <class... Args>
  Call<RedisReply> command(const Args&... args) {
    return Call<RedisReply>([&](PendingReply& reply) { send(reply, args...); });
  }

  // Sends at once; `reply` must stay where it is until it is completed or withdrawn. For callers that
  // have several calls in flight (see RedisFanOut).
  template <class... Args>
  std::uint64_t send(PendingReply& reply, const Args&... args) {
    begin().assign(args...);
    return start(reply);
  }
  // A command that goes to several servers is put together once.
  std::uint64_t send(PendingReply& reply, const RedisCommand& command) {
    begin() = command;
    return start(reply);
  }
  // Forgets a call in flight: its reply is dropped. The server may execute it all the same.
  virtual void withdraw(std::uint64_t call) = 0;

 private:
  // The command to fill in, valid until start().
  virtual RedisCommand& begin() = 0;
  virtual std::uint64_t start(PendingReply& reply) = 0;
};

// "SET ... PX" wants whole milliseconds.
inline std::int64_t millis(Duration duration) {
  return milliseconds(duration);
}

}  // namespace picklock
