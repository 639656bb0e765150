// The functions that a script finds in `redis`, and Redis' own math.random().
#include <cstdio>
#include <cstring>
#include <lua.hpp>

#include "sim/servers/redis_lua.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

RedisLuaRun& run_of(lua_State* lua) {
  return *static_cast<RedisLuaRun*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

// redis.call() and redis.pcall(): executes a command; an error reply is raised, or returned.
int call_redis(lua_State* lua, bool raises) {
  RedisLuaRun& run = run_of(lua);
  const int count = lua_gettop(lua);
  if (count == 0) {
    push_redis_error(lua, "Please specify at least one argument for this redis lib call");
    return raises ? lua_error(lua) : 1;
  }
  run.command.clear();
  for (int i = 1; i <= count; ++i) {
    const int type = lua_type(lua, i);
    if (type == LUA_TNUMBER) {
      char number[64];
      const int length = std::snprintf(number, sizeof number, "%.17g", lua_tonumber(lua, i));
      run.command.add(std::string_view(number, static_cast<std::size_t>(length)));
    } else if (type == LUA_TSTRING) {
      std::size_t length = 0;
      const char* text = lua_tolstring(lua, i, &length);
      run.command.add(std::string_view(text, length));
    } else {
      push_redis_error(lua, "Lua redis lib command arguments must be strings or integers");
      return raises ? lua_error(lua) : 1;
    }
  }
  run.host->call_from_script(run.command, run.read_only, run.reply);
  push_redis_reply(lua, run.reply);
  if (raises && run.reply.is_error()) return lua_error(lua);
  return 1;
}

int redis_call(lua_State* lua) {
  return call_redis(lua, true);
}

int redis_pcall(lua_State* lua) {
  return call_redis(lua, false);
}

int redis_sha1hex(lua_State* lua) {
  if (lua_gettop(lua) != 1) {
    push_redis_error(lua, "wrong number of arguments");
    return lua_error(lua);
  }
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, 1, &length);
  char hex[40];
  {
    const std::string digest = sha1_hex(std::string_view(text == nullptr ? "" : text, length));
    std::memcpy(hex, digest.data(), sizeof hex);
  }
  lua_pushlstring(lua, hex, sizeof hex);
  return 1;
}

// Wrong arguments give an error *table*, as in Redis: nothing is raised.
int redis_status_reply(lua_State* lua) {
  if (lua_gettop(lua) != 1 || lua_type(lua, 1) != LUA_TSTRING) {
    push_redis_error(lua, "wrong number or type of arguments");
    return 1;
  }
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "ok");
  return 1;
}

int redis_error_reply(lua_State* lua) {
  if (lua_gettop(lua) != 1 || lua_type(lua, 1) != LUA_TSTRING) {
    push_redis_error(lua, "wrong number or type of arguments");
    return 1;
  }
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, 1, &length);
  // A text is taken to start with its code, with or without a '-' in front.
  if (length > 0 && text[0] == '-') {
    push_redis_error(lua, std::string_view(text, length));
  } else {
    lua_pushliteral(lua, "-");
    lua_pushvalue(lua, 1);
    lua_concat(lua, 2);
    text = lua_tolstring(lua, -1, &length);
    push_redis_error(lua, std::string_view(text, length));
  }
  return 1;
}

int redis_setresp(lua_State* lua) {
  if (lua_gettop(lua) != 1) {
    push_redis_error(lua, "redis.setresp() requires one argument.");
    return lua_error(lua);
  }
  const double version = lua_tonumber(lua, 1);
  if (version < 2 || version > 3) {
    push_redis_error(lua, "RESP version must be 2 or 3.");
    return lua_error(lua);
  }
  return 0;
}

int redis_log(lua_State* lua) {
  if (lua_gettop(lua) < 2) {
    push_redis_error(lua, "redis.log() requires two arguments or more.");
    return lua_error(lua);
  }
  if (lua_isnumber(lua, 1) == 0) {
    push_redis_error(lua, "First argument must be a number (log level).");
    return lua_error(lua);
  }
  const double level = lua_tonumber(lua, 1);
  if (level < 0 || level > 3) {
    push_redis_error(lua, "Invalid debug level.");
    return lua_error(lua);
  }
  return 0;
}

int returns_true(lua_State* lua) {
  lua_pushboolean(lua, 1);
  return 1;
}

int returns_nothing(lua_State* /*lua*/) {
  return 0;
}

// One step of lrand48(): 31 bits.
std::int64_t next_random(RedisLuaRun& run) {
  run.random = (run.random * 0x5DEECE66DULL + 0xBULL) & 0xFFFFFFFFFFFFULL;
  return static_cast<std::int64_t>(run.random >> 17);
}

int math_random(lua_State* lua) {
  constexpr std::int64_t kMax = 0x7fffffff;
  const double draw =
      static_cast<double>(next_random(run_of(lua)) % kMax) / static_cast<double>(kMax);
  const auto between = [&](lua_Integer first, lua_Integer last) {
    const double width = static_cast<double>(last - first + 1);
    const auto offset = static_cast<std::int64_t>(draw * width);
    lua_pushnumber(lua, static_cast<double>(first + static_cast<lua_Integer>(offset)));
    return 1;
  };
  switch (lua_gettop(lua)) {
    case 0:
      lua_pushnumber(lua, draw);
      return 1;
    case 1: {
      const lua_Integer last = luaL_checkinteger(lua, 1);
      luaL_argcheck(lua, 1 <= last, 1, "interval is empty");
      return between(1, last);
    }
    case 2: {
      const lua_Integer first = luaL_checkinteger(lua, 1);
      const lua_Integer last = luaL_checkinteger(lua, 2);
      luaL_argcheck(lua, first <= last, 2, "interval is empty");
      return between(first, last);
    }
    default:
      return luaL_error(lua, "wrong number of arguments");
  }
}

int math_randomseed(lua_State* lua) {
  run_of(lua).random = seeded_redis_random(static_cast<std::int32_t>(luaL_checkinteger(lua, 1)));
  return 0;
}

void set_function(lua_State* lua, RedisLuaRun* run, const char* name, lua_CFunction function) {
  lua_pushlightuserdata(lua, run);
  lua_pushcclosure(lua, function, 1);
  lua_setfield(lua, -2, name);
}

void set_number(lua_State* lua, const char* name, int number) {
  lua_pushinteger(lua, number);
  lua_setfield(lua, -2, name);
}

}  // namespace

void push_redis_library(lua_State* lua, RedisLuaRun* run) {
  lua_newtable(lua);
  set_function(lua, run, "call", redis_call);
  set_function(lua, run, "pcall", redis_pcall);
  set_function(lua, run, "sha1hex", redis_sha1hex);
  set_function(lua, run, "status_reply", redis_status_reply);
  set_function(lua, run, "error_reply", redis_error_reply);
  set_function(lua, run, "setresp", redis_setresp);
  set_function(lua, run, "log", redis_log);
  set_function(lua, run, "replicate_commands", returns_true);
  set_function(lua, run, "acl_check_cmd", returns_true);
  for (const char* name : {"set_repl", "breakpoint", "debug"}) {
    set_function(lua, run, name, returns_nothing);
  }
  set_number(lua, "LOG_DEBUG", 0);
  set_number(lua, "LOG_VERBOSE", 1);
  set_number(lua, "LOG_NOTICE", 2);
  set_number(lua, "LOG_WARNING", 3);
  set_number(lua, "REPL_NONE", 0);
  set_number(lua, "REPL_AOF", 1);
  set_number(lua, "REPL_SLAVE", 2);
  set_number(lua, "REPL_REPLICA", 2);
  set_number(lua, "REPL_ALL", 3);
  set_number(lua, "REDIS_VERSION_NUM", 0x0007000f);
  lua_pushliteral(lua, "7.0.15");
  lua_setfield(lua, -2, "REDIS_VERSION");
}

void replace_redis_random(lua_State* lua, RedisLuaRun* run) {
  set_function(lua, run, "random", math_random);
  set_function(lua, run, "randomseed", math_randomseed);
}

std::uint64_t seeded_redis_random(std::int32_t seed) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(seed)) << 16) | 0x330EULL;
}

}  // namespace picklock
