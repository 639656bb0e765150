#include "sim/sentinel_message.h"

namespace picklock {

std::string_view name_of(SentinelMessage::Kind kind) {
  switch (kind) {
    case SentinelMessage::Kind::ping:
      return "PING";
    case SentinelMessage::Kind::info:
      return "INFO";
    case SentinelMessage::Kind::hello:
    case SentinelMessage::Kind::heard:
      return "PUBLISH";
    case SentinelMessage::Kind::ask:
      return "SENTINEL";
    case SentinelMessage::Kind::replicaof:
      return "REPLICAOF";
  }
  return "";
}

std::vector<std::string_view> sentinel_words() {
  using enum SentinelMessage::Kind;
  return {name_of(ask), name_of(replicaof)};
}

}  // namespace picklock
