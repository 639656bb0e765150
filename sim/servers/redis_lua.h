// The `redis` library and the protected globals of an embedded Lua state. Only redis_scripts.cc and
// redis_lua*.cc include it.
//
// Lua reports errors by longjmp(): a C function that may raise one owns nothing that needs a destructor.
#pragma once

#include <cstdint>
#include <string_view>

#include "algorithms/redis_client.h"
#include "sim/servers/redis_scripts.h"

struct lua_State;

namespace picklock {

// What the library's functions share with the run in progress.
struct RedisLuaRun {
  RedisScriptHost* host = nullptr;
  bool read_only = false;
  RedisCommand command;  // of redis.call(), reused
  RedisReply reply;
  std::uint64_t random = 0;  // state of math.random()
  std::int64_t fuel = 0;     // instructions that the script may still execute, in thousands
};

// Opens the libraries that Redis opens, hides what it hides, and protects the globals. `run` outlives
// the state.
void open_redis_lua(lua_State* lua, RedisLuaRun* run);
// Pushes the `redis` library, not yet protected.
void push_redis_library(lua_State* lua, RedisLuaRun* run);
// Puts Redis' own generator into the math library on top of the stack.
void replace_redis_random(lua_State* lua, RedisLuaRun* run);
// Pushes the table that stands behind the protected globals: KEYS and ARGV go there.
void push_redis_globals(lua_State* lua);
// Pushes the environment of a plain script: the same without the protection, with these tables (at the
// top of the stack, left there) as its KEYS and ARGV.
void push_plain_environment(lua_State* lua);
// Pushes the function that turns any error into a table {err, source, line}.
void push_redis_error_handler(lua_State* lua);
// As if srand48(seed) had been called.
std::uint64_t seeded_redis_random(std::int32_t seed);

// Pushes what redis.call() returns for a reply that is no error.
void push_redis_reply(lua_State* lua, const RedisReply& reply);
// Pushes {err = text}; a '-' in front of the text ends it, and a text without a code gets "ERR".
void push_redis_error(lua_State* lua, std::string_view text);
// Converts the value on top of the stack to a reply and pops it.
void pop_redis_reply(lua_State* lua, RedisReply& reply);

}  // namespace picklock
