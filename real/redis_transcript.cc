#include "real/redis_transcript.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "real/resp.h"
#include "sim/servers/redis_model.h"

namespace picklock {
namespace {

std::string quoted(const std::string& text) {
  RedisCommand word;
  word.add(std::string_view(text));
  return to_string(word);
}

}  // namespace

Result<RedisTranscriptWriter> RedisTranscriptWriter::open(const RedisServerProcess& server,
                                                          FrozenClock& clock) {
  using Opened = Result<RedisTranscriptWriter>;
  RedisTranscriptWriter writer(clock);
  for (std::size_t i = 0; i < kSessions; ++i) {
    Result<RedisConnection> connection = RedisConnection::open(server.port());
    if (!connection) return Opened(connection.error());
    writer.connections_.push_back(std::move(connection.value()));
  }
  RedisReply reply;
  writer.connections_.front().execute(parse_redis_command("DEBUG SET-ACTIVE-EXPIRE 0"), reply);
  if (!reply.is_ok()) return Opened::failure("expected OK to DEBUG, got " + encode_resp(reply));
  return Opened(std::move(writer));
}

void RedisTranscriptWriter::comment(std::string_view text) {
  text_ += "# " + std::string(text) + "\n";
}

void RedisTranscriptWriter::set_time(std::int64_t unix_ms) {
  now_ = unix_ms;
  clock_->set(unix_ms);
  text_ += "@ " + std::to_string(unix_ms) + "\n";
}

void RedisTranscriptWriter::write_reply(const std::string& resp) {
  text_ += "= " + quoted(resp) + "\n";
}

std::string RedisTranscriptWriter::run(std::size_t session, const RedisCommand& command) {
  RedisReply reply;
  connections_.at(session - 1).execute(command, reply);
  std::string resp = texts_.at(session - 1).of(command, reply);
  text_ += std::to_string(session) + "> " + to_string(command) + "\n";
  write_reply(resp);
  return resp;
}

void RedisTranscriptWriter::receive(std::size_t session) {
  RedisReply reply;
  connections_.at(session - 1).receive(reply);
  text_ += std::to_string(session) + "<\n";
  write_reply(encode_resp(reply));
}

void RedisTranscriptWriter::line(std::string_view line) {
  if (line.starts_with('+') || line.starts_with('-')) {
    set_time(now_ + std::stoll(std::string(line)));
  } else if (line == "2<") {
    receive(2);
  } else {
    const bool second = line.starts_with("2> ");
    run(second ? 2 : 1, parse_redis_command(second ? line.substr(3) : line));
  }
}

namespace {

class Replayer {
 public:
  explicit Replayer(std::string_view text) : text_(text) {
    for (RedisModel::Session& session : sessions_) session = model_.connect();
    for (const std::string& name : redis_full_command_names()) names_.insert(name);
  }

  RedisReplay run() {
    while (replay_.divergence.empty() && next_line()) {
      if (line_.empty() || line_.starts_with("#")) continue;
      if (line_.starts_with("@ ")) {
        now_ = std::stoll(std::string(line_.substr(2)));
      } else if (line_.size() > 1 && (line_[0] == '1' || line_[0] == '2')) {
        one_reply(static_cast<std::size_t>(line_[0] - '1'));
      } else {
        fail("a line of no known kind", "", "");
      }
    }
    return std::move(replay_);
  }

 private:
  bool next_line() {
    if (text_.empty()) return false;
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    line_ = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    ++number_;
    return true;
  }

  void one_reply(std::size_t session) {
    const std::string what(line_);
    const std::string actual = line_[1] == '>' ? execute(session) : push(session);
    if (!next_line() || !line_.starts_with("= ")) return fail(what, "(no reply)", actual);
    const RedisCommand recorded = parse_redis_command(line_.substr(2));
    const std::string expected(recorded.size() == 1 ? recorded[0] : "(no reply)");
    if (actual != expected) fail(what, expected, actual);
  }

  std::string execute(std::size_t session) {
    const RedisCommand command = parse_redis_command(line_.substr(2));
    if (command.size() == 0) return "(no command)";
    RedisReply reply;
    model_.execute(sessions_.at(session), command, now_, reply);
    ++replay_.commands;
    if (const auto name = name_of(command)) {
      replay_.reached.insert(*name);
      if (!reply.is_error()) replay_.succeeded.insert(*name);
    }
    return texts_.at(session).of(command, reply);
  }

  std::string push(std::size_t session) {
    std::vector<RedisReply>& waiting = pushes_.at(session);
    if (waiting.empty()) waiting = model_.take_pushes(sessions_.at(session));
    if (waiting.empty()) return "(no message)";
    std::string resp = encode_resp(waiting.front());
    waiting.erase(waiting.begin());
    return resp;
  }

  // The entry of the command table that this command asks for.
  std::optional<std::string> name_of(const RedisCommand& command) const {
    std::string name;
    std::optional<std::string> found;
    for (std::size_t i = 0; i < std::min<std::size_t>(command.size(), 2); ++i) {
      if (i > 0) name += ' ';
      for (const char c : command[i]) {
        name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      }
      if (names_.contains(name)) found = name;
    }
    return found;
  }

  void fail(const std::string& what, const std::string& expected, const std::string& actual) {
    replay_.divergence = "line " + std::to_string(number_) + ": " + what +
                         "\nexpected: " + quoted(expected) + "\nactual:   " + quoted(actual) + "\n";
  }

  std::string_view text_;
  std::string_view line_;
  std::size_t number_ = 0;
  RedisReplay replay_;
  RedisModel model_{RedisConfig{}};
  std::array<RedisModel::Session, RedisTranscriptWriter::kSessions> sessions_{};
  std::array<RedisReplyText, RedisTranscriptWriter::kSessions> texts_;
  std::array<std::vector<RedisReply>, RedisTranscriptWriter::kSessions> pushes_;
  std::set<std::string> names_;
  std::int64_t now_ = 0;
};

}  // namespace

RedisReplay replay_redis_transcript(std::string_view text) {
  return Replayer(text).run();
}

}  // namespace picklock
