// Channels. A message is queued for each subscription of each session that it matches.
#include <algorithm>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Channels = std::vector<std::string>;

void fill(RedisReply& reply, std::string_view kind, const std::string_view* channel,
          std::size_t count) {
  reply.set_array();
  reply.add_element().set_bulk(kind);
  if (channel != nullptr) {
    reply.add_element().set_bulk(*channel);
  } else {
    reply.add_element().set_nil();
  }
  reply.add_element().set_integer(static_cast<std::int64_t>(count));
}

// The first confirmation is the reply, the others are pushed after it.
class Confirmations {
 public:
  explicit Confirmations(RedisCall& call) : call_(call) {}

  void add(const std::string_view* channel) {
    RedisReply& reply = first_ ? call_.reply : call_.client.pushes.emplace_back();
    first_ = false;
    fill(reply, call_.spec.name, channel, call_.client.subscriptions());
  }

 private:
  RedisCall& call_;
  bool first_ = true;
};

void subscribe(RedisCall& call, Channels& names) {
  Confirmations confirmations(call);
  for (std::size_t i = 1; i < call.size(); ++i) {
    const std::string_view name = call.word(i);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    confirmations.add(&name);
  }
}

void unsubscribe(RedisCall& call, Channels& names) {
  Confirmations confirmations(call);
  if (call.size() == 1) {
    if (names.empty()) return confirmations.add(nullptr);
    while (!names.empty()) {
      const std::string name = std::move(names.front());
      names.erase(names.begin());
      const std::string_view view = name;
      confirmations.add(&view);
    }
    return;
  }
  for (std::size_t i = 1; i < call.size(); ++i) {
    const std::string_view name = call.word(i);
    std::erase(names, name);
    confirmations.add(&name);
  }
}

}  // namespace

void redis_subscribe(RedisCall& call) {
  subscribe(call, call.client.channels);
}

void redis_psubscribe(RedisCall& call) {
  subscribe(call, call.client.patterns);
}

void redis_unsubscribe(RedisCall& call) {
  unsubscribe(call, call.client.channels);
}

void redis_punsubscribe(RedisCall& call) {
  unsubscribe(call, call.client.patterns);
}

void redis_publish(RedisCall& call) {
  const std::string_view channel = call.word(1);
  const std::string_view message = call.word(2);
  std::int64_t receivers = 0;
  for (RedisClientState& client : call.server.clients) {
    if (std::find(client.channels.begin(), client.channels.end(), channel) !=
        client.channels.end()) {
      RedisReply& push = client.pushes.emplace_back();
      push.set_array();
      for (const std::string_view part : {std::string_view("message"), channel, message}) {
        push.add_element().set_bulk(part);
      }
      ++receivers;
    }
    for (const std::string& pattern : client.patterns) {
      if (!redis_glob_matches(pattern, channel)) continue;
      RedisReply& push = client.pushes.emplace_back();
      push.set_array();
      for (const std::string_view part :
           {std::string_view("pmessage"), std::string_view(pattern), channel, message}) {
        push.add_element().set_bulk(part);
      }
      ++receivers;
    }
  }
  call.reply.set_integer(receivers);
}

}  // namespace picklock
