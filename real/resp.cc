#include "real/resp.h"

namespace picklock {
namespace {

bool is_plain(std::string_view word) {
  if (word.empty()) return false;
  for (const char c : word) {
    if (c <= ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return true;
}

void append_quoted(std::string_view word, std::string& to) {
  to += '"';
  for (const char c : word) {
    switch (c) {
      case '\n':
        to += "\\n";
        break;
      case '\r':
        to += "\\r";
        break;
      case '\0':
        to += "\\0";
        break;
      case '"':
      case '\\':
        to += '\\';
        to += c;
        break;
      default:
        to += c;
    }
  }
  to += '"';
}

char unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case '0':
      return '\0';
    default:
      return c;
  }
}

}  // namespace

std::string encode_resp(const RedisReply& reply) {
  using Kind = RedisReply::Kind;
  switch (reply.kind()) {
    case Kind::unknown:
      return "(unknown)";
    case Kind::status:
      return "+" + reply.text() + "\r\n";
    case Kind::error:
      return "-" + reply.text() + "\r\n";
    case Kind::integer:
      return ":" + std::to_string(reply.integer()) + "\r\n";
    case Kind::nil:
      return "$-1\r\n";
    case Kind::bulk:
      return "$" + std::to_string(reply.text().size()) + "\r\n" + reply.text() + "\r\n";
    case Kind::array: {
      std::string text = "*" + std::to_string(reply.elements().size()) + "\r\n";
      for (const RedisReply& element : reply.elements()) text += encode_resp(element);
      return text;
    }
  }
  return {};
}

std::string to_string(const RedisCommand& command) {
  std::string line;
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (i > 0) line += ' ';
    if (is_plain(command[i])) {
      line += command[i];
    } else {
      append_quoted(command[i], line);
    }
  }
  return line;
}

RedisCommand parse_redis_command(std::string_view line) {
  RedisCommand command;
  std::string word;
  bool quoted = false;
  bool has_word = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      quoted = !quoted;
      has_word = true;
    } else if (quoted && c == '\\' && i + 1 < line.size()) {
      word += unescape(line[++i]);
    } else if (c == ' ' && !quoted) {
      if (has_word) command.add(std::string_view(word));
      word.clear();
      has_word = false;
    } else {
      word += c;
      has_word = true;
    }
  }
  if (has_word) command.add(std::string_view(word));
  return command;
}

}  // namespace picklock
