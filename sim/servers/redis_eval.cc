// EVAL, EVALSHA and SCRIPT.
#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

bool is_loaded(const RedisServer& server, RedisScripts::Number script) {
  return script < server.loaded_scripts.size() && server.loaded_scripts[script];
}

void mark_loaded(RedisServer& server, RedisScripts::Number script) {
  if (script >= server.loaded_scripts.size()) server.loaded_scripts.resize(script + 1, false);
  server.loaded_scripts[script] = true;
}

// Checks the number of keys (word 2) and runs the script; SELECT in a script ends with it.
void run_script(RedisCall& call, bool by_sha) {
  const std::optional<std::int64_t> keys = call.integer(2);
  if (!keys) return;
  if (*keys > static_cast<std::int64_t>(call.size()) - 3) {
    return call.reply.set_error("ERR Number of keys can't be greater than number of args");
  }
  if (*keys < 0) return call.reply.set_error("ERR Number of keys can't be negative");
  RedisServer& server = call.server;
  std::optional<RedisScripts::Number> script;
  if (by_sha) {
    script = server.scripts->find(call.word(1));
    if (!script || !is_loaded(server, *script)) {
      return call.reply.set_error("NOSCRIPT No matching script. Please use EVAL.");
    }
  } else {
    std::string error;
    script = server.scripts->compile(call.word(1), error);
    if (!script) return call.reply.set_error(error);
    mark_loaded(server, *script);
  }
  server.begin_script(call.client, call.now);
  server.scripts->run(*script, call.words, 3, static_cast<std::size_t>(*keys), server, call.reply);
  server.end_script();
}

}  // namespace

void redis_eval(RedisCall& call) {
  run_script(call, false);
}

void redis_evalsha(RedisCall& call) {
  run_script(call, true);
}

void redis_script_load(RedisCall& call) {
  std::string error;
  const std::optional<RedisScripts::Number> script =
      call.server.scripts->compile(call.word(2), error);
  if (!script) return call.reply.set_error(error);
  mark_loaded(call.server, *script);
  call.reply.set_bulk(call.server.scripts->sha(*script));
}

void redis_script_exists(RedisCall& call) {
  call.reply.set_array();
  for (std::size_t i = 2; i < call.size(); ++i) {
    const std::optional<RedisScripts::Number> script = call.server.scripts->find(call.word(i));
    const bool known = script && is_loaded(call.server, *script);
    call.reply.add_element().set_integer(known ? 1 : 0);
  }
}

void redis_script_flush(RedisCall& call) {
  const bool one_option = call.size() == 3 && (call.word_is(2, "sync") || call.word_is(2, "async"));
  if (call.size() != 2 && !one_option) {
    return call.reply.set_error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  }
  call.server.loaded_scripts.assign(call.server.loaded_scripts.size(), false);
  call.ok();
}

void redis_script_kill(RedisCall& call) {
  call.reply.set_error("NOTBUSY No scripts in execution right now.");
}

}  // namespace picklock
