// MULTI, EXEC, DISCARD, WATCH, UNWATCH.
#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"

namespace picklock {

void redis_multi(RedisCall& call) {
  if (call.client.in_multi) return call.reply.set_error("ERR MULTI calls can not be nested");
  call.client.in_multi = true;
  call.ok();
}

void redis_discard(RedisCall& call) {
  if (!call.client.in_multi) return call.reply.set_error("ERR DISCARD without MULTI");
  call.server.discard_transaction(call.client);
  call.ok();
}

// The queued commands see one instant: a key cannot die between two of them.
void redis_exec(RedisCall& call) {
  RedisClientState& client = call.client;
  if (!client.in_multi) return call.reply.set_error("ERR EXEC without MULTI");
  if (call.server.watched_key_expired(client, call.now)) client.watch_broken = true;
  if (client.bad_queue || client.watch_broken) {
    if (client.bad_queue) {
      call.reply.set_error("EXECABORT Transaction discarded because of previous errors.");
    } else {
      call.reply.set_nil();
    }
    return call.server.discard_transaction(client);
  }
  call.server.unwatch(client);
  call.reply.set_array();
  const std::size_t queued = client.queued;
  for (std::size_t i = 0; i < queued; ++i) {
    const RedisCommand& command = client.queue[i];
    const RedisCommandSpec& spec = *find_redis_command(command).spec;
    call.server.run(spec, client, command, call.now, call.reply.add_element());
  }
  call.server.discard_transaction(client);
}

void redis_watch(RedisCall& call) {
  if (call.client.in_multi) return call.reply.set_error("ERR WATCH inside MULTI is not allowed");
  if (!call.client.watch_broken) {
    for (std::size_t i = 1; i < call.size(); ++i) {
      call.server.watch(call.client, call.word(i), call.now);
    }
  }
  call.ok();
}

void redis_unwatch(RedisCall& call) {
  call.server.unwatch(call.client);
  call.client.watch_broken = false;
  call.ok();
}

}  // namespace picklock
