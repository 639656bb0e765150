// What a redis-server answered, as a text against which the model can be held without any server.
//
//     # a comment
//     @ 1800000000000          the server's clock from here on, in Unix milliseconds
//     1> SET key "a value"     a command of session 1
//     = "+OK\r\n"              its reply in RESP2; a nil array is written as nil
//     2<                       a message that session 2 is sent without asking
//     = "*3\r\n..."            and that message
//
// Words and escapes are those of to_string(RedisCommand); arbitrary order is settled by RedisReplyText.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "real/frozen_clock.h"
#include "real/redis_connection.h"
#include "real/redis_reply_text.h"
#include "real/redis_server.h"

namespace picklock {

// Writes a transcript while it talks to a server.
class RedisTranscriptWriter {
 public:
  static constexpr std::size_t kSessions = 2;

  // `server` runs under `clock`; both outlive the writer. Stops the server's active expiry.
  static Result<RedisTranscriptWriter> open(const RedisServerProcess& server, FrozenClock& clock);

  void comment(std::string_view text);
  void set_time(std::int64_t unix_ms);
  // Sessions count from 1 here and in the text. Returns the reply as it was written.
  std::string run(std::size_t session, const RedisCommand& command);
  void receive(std::size_t session);
  // A line of the transcript without its reply; "+7" moves the clock on by 7 ms, and a command without
  // a session is session 1's.
  void line(std::string_view line);

  std::int64_t now() const { return now_; }
  const std::string& text() const { return text_; }

 private:
  explicit RedisTranscriptWriter(FrozenClock& clock) : clock_(&clock) {}
  void write_reply(const std::string& resp);

  FrozenClock* clock_;
  std::vector<RedisConnection> connections_;
  std::array<RedisReplyText, kSessions> texts_;
  std::int64_t now_ = 0;
  std::string text_;
};

// What the model made of a transcript.
struct RedisReplay {
  // Empty, or the first divergence: the number of the line, the command, and both replies.
  std::string divergence;
  std::size_t commands = 0;
  std::set<std::string> reached;    // names of the command table, as of redis_full_command_names()
  std::set<std::string> succeeded;  // those that were answered with something else than an error
};
RedisReplay replay_redis_transcript(std::string_view text);

// Commands in fixed order: every one of the command table, and every way to set a deadline, each looked
// at one millisecond before it, on it and after it. Lines as of RedisTranscriptWriter::line().
std::vector<std::string> redis_transcript_tour(std::int64_t now);

}  // namespace picklock
